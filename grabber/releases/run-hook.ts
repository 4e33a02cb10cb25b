import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { killAll, send } from '../supervisor/ending.ts'
import { livingMarked } from '../supervisor/members.ts'
import { lastLines } from '../supervisor/output.ts'
import { asAccount } from './account.ts'
import type { Launch } from './launch.ts'

export interface HookRun {
  readonly name: string
  readonly command: string
  /** In ms. */
  readonly timeout: number
  readonly launch: Launch
  /** Its output is written over this file: a pipe would be held open by what it leaves behind. */
  readonly outputFile: string
}

export interface HookResult {
  /** Why it failed, as the end of a sentence; undefined when it did not. */
  readonly problem: string | undefined
  readonly tookMs: number
  readonly output: string[]
}

const outputLimit = 4 * 1024 * 1024
const lookEveryMs = 100
const endLimit = 15_000

/**
 * Runs a command of the release as its service would be run, in the release's directory. Nothing that it started outlives it, not
 * even what made itself a session of its own: nobody would supervise that. Throws only on `signal`.
 */
export const runHook = async (hook: HookRun, signal: AbortSignal): Promise<HookResult> => {
  const began = Date.now()
  // One of before a crash of the grabber may still be at it.
  await endAll(hook)
  try {
    const problem = await carryOut(hook, signal)
    signal.throwIfAborted()
    return {
      problem,
      tookMs: Date.now() - began,
      output: await lastLines(hook.outputFile, 0, hook.launch.conceal),
    }
  } finally {
    await endAll(hook)
  }
}

const mark = ({ environment }: Launch) => ({
  name: 'APPTRACKER_HOOK_OF',
  value: environment['APPTRACKER_SHARED_DIR'] ?? '',
})

const endAll = ({ name, launch }: HookRun): Promise<void> => {
  const left = (): number[] => livingMarked(mark(launch))
  const kill = (): void => {
    for (const pid of left()) send(pid, 'SIGKILL')
  }
  return killAll(`the hook ${name}`, left, kill, AbortSignal.timeout(endLimit))
}

const carryOut = async (hook: HookRun, signal: AbortSignal): Promise<string | undefined> => {
  await mkdir(dirname(hook.outputFile), { recursive: true })
  const output = await open(hook.outputFile, 'w', 0o640)
  try {
    const child = start(hook, output.fd)
    const ended = endOf(child)
    return await Promise.race([ended, tooMuch(hook, async () => (await output.stat()).size, ended, signal)])
  } finally {
    await output.close()
  }
}

const start = ({ command, launch }: HookRun, output: number): ChildProcess => {
  const [program, ...args] = [...asAccount(launch.account), '/bin/sh', '-c', command]
  const { name, value } = mark(launch)
  return spawn(program, args, {
    cwd: launch.directory,
    env: { ...launch.environment, [name]: value },
    detached: true,
    stdio: ['ignore', output, output],
  })
}

/** The command itself has ended; who else holds its output does not matter. */
const endOf = (child: ChildProcess): Promise<string | undefined> =>
  new Promise((resolve) => {
    child.on('error', (error) => resolve(`it cannot be run: ${error.message}`))
    child.on('exit', (code, killedBy) => {
      resolve(
        code === 0 ? undefined : `it ended with ${code === null ? String(killedBy) : `exit code ${code}`}`,
      )
    })
  })

/** Resolves when the hook is to be given up; never after it has ended. */
const tooMuch = async (
  { timeout }: HookRun,
  written: () => Promise<number>,
  ended: Promise<unknown>,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const over = new AbortController()
  void ended.finally(() => over.abort())
  const either = AbortSignal.any([signal, over.signal])
  const deadline = Date.now() + timeout
  while (!either.aborted) {
    const left = deadline - Date.now()
    if (left <= 0) return `it took longer than ${timeout / 1000} s`
    if ((await written()) > outputLimit) return `it wrote more than ${outputLimit / 2 ** 20} MB`
    await delay(Math.min(left, lookEveryMs), undefined, { signal: either }).catch(() => undefined)
  }
  return 'the grabber was stopped'
}
