import { PersonError } from '../../shared/errors.ts'
import { LineSplitter } from './line-splitter.ts'
import { runGroup } from './process-group.ts'

export interface CommandOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly onLine: (stream: 'stdout' | 'stderr', text: string) => void
  readonly onExit: () => void
}

/** Runs one command of a build. Throws `invalid` when it fails, and `no-space` when it says that the disk is full. */
export const runCommand = async (
  command: string,
  args: readonly string[],
  { cwd, env, signal, onLine, onExit }: CommandOptions,
): Promise<void> => {
  const said = { diskFull: false }
  const splitters = splittersFor((stream, text) => {
    said.diskFull ||= /\bENOSPC\b|No space left on device/.test(text)
    onLine(stream, text)
  })
  const result = await runGroup(command, args, {
    cwd,
    env,
    signal,
    onExit,
    onOutput: (stream, chunk) => splitters[stream].write(chunk),
  })
  splitters.stdout.end()
  splitters.stderr.end()
  signal.throwIfAborted()
  if (result.exitCode === 0) return
  if (said.diskFull) throw noSpaceForBuilds(cwd)
  throw new PersonError('invalid', failure(nameOf(command, args), result), {
    hint: 'The build’s log says why.',
  })
}

export const noSpaceForBuilds = (where: string, cause?: unknown): PersonError =>
  new PersonError('no-space', `There is no disk space left on the packer, at ${where}.`, {
    hint: 'Make room there (df -h), then build again.',
    cause,
  })

const splittersFor = (take: CommandOptions['onLine']): Record<'stdout' | 'stderr', LineSplitter> => ({
  stdout: new LineSplitter((text) => take('stdout', text)),
  stderr: new LineSplitter((text) => take('stderr', text)),
})

const failure = (name: string, result: Awaited<ReturnType<typeof runGroup>>): string => {
  if (result.startError !== undefined) return `${name} could not be started (${result.startError}).`
  if (result.exitCode === undefined) return `${name} was ended by ${result.signal ?? 'a signal'}.`
  return `${name} failed with exit code ${result.exitCode}.`
}

/** `npm ci`, `npm run build`, `pip install`: the words that a person would type. */
const nameOf = (command: string, args: readonly string[]): string => {
  const words = args[0] === '-m' ? args.slice(1) : [command, ...args]
  return words
    .slice(0, words[1] === 'run' ? 3 : 2)
    .filter((word) => !word.startsWith('-'))
    .join(' ')
}
