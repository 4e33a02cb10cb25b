import { execa } from 'execa'
import { errnoOf } from '../../shared/errors.ts'

export interface GroupOptions {
  readonly cwd: string
  /** All that the command sees: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** What the command reads; by default nothing. */
  readonly input?: string
  /** Ends the command and all that it started. */
  readonly signal: AbortSignal
  /** Called when the command itself has ended, before its output is read to the end. */
  readonly onExit?: () => void
  /** Takes the output as it comes; without it the output is in the result. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void
}

export interface GroupResult {
  /** Absent when a signal ended it, or when it could not be started. */
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  /** Why it could not be started: `ENOENT` when there is no such program. */
  readonly startError: string | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Bytes of output kept for the result; more ends the command. */
const maxOutput = 16 * 1024 * 1024

export type RunGroup = (file: string, args: readonly string[], options: GroupOptions) => Promise<GroupResult>

/** Runs a command as the head of its own process group, so that everything it starts is ended with it. Never throws. */
export const runGroup: RunGroup = async (file, args, { cwd, env, input, signal, onExit, onOutput }) => {
  const options = { cwd, env, extendEnv: false, detached: true, reject: false } as const
  const stdin = input === undefined ? ({ stdin: 'ignore' } as const) : { input }
  const child = execa(file, args, {
    ...options,
    ...stdin,
    buffer: onOutput === undefined,
    maxBuffer: maxOutput,
  })
  child.stdout.on('data', (chunk: Buffer) => onOutput?.('stdout', chunk))
  child.stderr.on('data', (chunk: Buffer) => onOutput?.('stderr', chunk))
  const end = (): void => endGroup(child.pid)
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  // A process left in the background would hold the pipes open, and the command would never seem to finish.
  child.once('exit', () => {
    signal.removeEventListener('abort', end)
    end()
    onExit?.()
  })
  const result = await child
  return {
    exitCode: result.exitCode,
    signal: result.signal,
    startError: child.pid === undefined ? (errnoOf(result.cause) ?? 'unknown error') : undefined,
    stdout: onOutput ? '' : result.stdout,
    stderr: onOutput ? '' : result.stderr,
  }
}

const endGroup = (leader: number | undefined): void => {
  if (leader === undefined) return
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nobody is left in it.
  }
}
