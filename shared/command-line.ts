import { CommanderError, type Command } from 'commander'
import type * as z from 'zod'
import { PersonError, type ErrorCode } from './errors.ts'

export const appVersion = process.env['APPTRACKER_VERSION'] ?? '0.0.0'

/** Exit codes of every program (DESIGN, "Command line"); 69 is sysexits' EX_UNAVAILABLE. */
export const exitCodeOf: Record<ErrorCode, number> = {
  usage: 2,
  invalid: 1,
  unauthenticated: 4,
  forbidden: 4,
  'not-found': 1,
  conflict: 1,
  locked: 7,
  'too-many': 1,
  unavailable: 69,
  'no-space': 1,
  internal: 1,
}

/** Runs a command line; whatever goes wrong becomes one clear sentence on standard error and the right exit code. */
export const runCommandLine = async (program: Command, argv: readonly string[]): Promise<void> => {
  throwInsteadOfExit(program)
  try {
    await program.parseAsync(argv)
  } catch (error) {
    process.exitCode = reportError(error)
  }
}

/** Prints what went wrong for a person and returns the exit code. */
export const reportError = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodeOf.usage
  if (error instanceof PersonError) {
    process.stderr.write(`error: ${error.message}\n${error.hint ? `  ${error.hint}\n` : ''}`)
    return exitCodeOf[error.code]
  }
  if (process.env['APPTRACKER_LOG'] === 'debug' && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`)
  process.stderr.write(
    `error: ${error instanceof Error ? error.message : String(error)}\n  This is a defect of apptracker; run again with APPTRACKER_LOG=debug to see where.\n`,
  )
  return exitCodeOf.internal
}

/** The value as the schema has it, or a `usage` error that names the setting. For flags, environment and files. */
export const parseSetting = <Schema extends z.ZodType>(
  schema: Schema,
  name: string,
  value: unknown,
): z.output<Schema> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const reasons = result.error.issues.map((issue) => issue.message).join('; ')
  throw new PersonError('usage', `${name} '${String(value)}' is not usable: ${reasons}.`, { field: name })
}

/** Call once: without it a closed pipe would be an uncaught error with a stack trace. */
export const endQuietlyOnClosedPipe = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode ?? 0)
  })
}

const throwInsteadOfExit = (command: Command): void => {
  command.exitOverride()
  for (const child of command.commands) throwInsteadOfExit(child)
}
