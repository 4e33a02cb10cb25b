import { stripVTControlCharacters } from 'node:util'
import { PersonError } from '../../shared/errors.ts'
import type { RunOptions } from './builder.ts'
import { LineSplitter } from './line-splitter.ts'
import type { GroupResult, RunGroup } from './process-group.ts'

export interface CommandOptions extends Omit<RunOptions, 'name'> {
  readonly name: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly onLine: (stream: 'stdout' | 'stderr', text: string) => void
  readonly onExit: () => void
  /** In a sandbox, or not. */
  readonly start: RunGroup
}

/** Of a command that fails, so many of its last lines are part of the error. */
const lastLines = 5
/** Longest line that a program may say to a builder that reads it. */
const maxReadLine = 64 * 1024

/** Runs one command of a build. Throws `invalid` when it fails, and `no-space` when it says that the disk is full. */
export const runCommand = async (
  command: string,
  args: readonly string[],
  { name, cwd, env, signal, input, onLine, onStdoutLine, onExit, start }: CommandOptions,
): Promise<void> => {
  const said = { diskFull: false, last: [] as string[] }
  const hear = (stream: 'stdout' | 'stderr', text: string): void => {
    said.diskFull ||= /\bENOSPC\b|No space left on device/.test(text)
    if (text.trim() !== '') said.last = [...said.last, text].slice(-lastLines)
    onLine(stream, text)
  }
  const splitters = {
    stdout: onStdoutLine
      ? new LineSplitter(onStdoutLine, maxReadLine)
      : new LineSplitter((text) => hear('stdout', text)),
    stderr: new LineSplitter((text) => hear('stderr', text)),
  }
  const result = await start(command, args, {
    cwd,
    env,
    signal,
    onExit,
    ...(input === undefined ? {} : { input }),
    onOutput: (stream, chunk) => splitters[stream].write(chunk),
  })
  splitters.stdout.end()
  splitters.stderr.end()
  signal.throwIfAborted()
  if (result.exitCode === 0) return
  if (said.diskFull) throw noSpaceForBuilds(cwd)
  throw new PersonError('invalid', failure(name, result), {
    hint: hintOf(said.last),
  })
}

export const noSpaceForBuilds = (where: string, cause?: unknown): PersonError =>
  new PersonError('no-space', `There is no disk space left on the packer, at ${where}.`, {
    hint: 'Make room there (df -h), then build again.',
    cause,
  })

const hintOf = (last: readonly string[]): string => {
  const told = last.map((line) => stripVTControlCharacters(line).trim().slice(0, 200))
  return told.length === 0
    ? 'It said nothing; run it by hand.'
    : `Its last lines: ${told.join(' | ')}. The build’s log has all of it.`
}

const failure = (name: string, result: GroupResult): string => {
  if (result.startError !== undefined) return `${name} could not be started (${result.startError}).`
  if (result.exitCode === undefined) return `${name} was ended by ${result.signal ?? 'a signal'}.`
  return `${name} failed with exit code ${result.exitCode}.`
}

/** `npm ci`, `npm run build`, `pip install`: the words that a person would type. */
export const nameOf = (command: string, args: readonly string[]): string => {
  const words = args[0] === '-m' ? args.slice(1) : [command, ...args]
  return words
    .slice(0, words[1] === 'run' ? 3 : 2)
    .filter((word) => !word.startsWith('-'))
    .join(' ')
}
