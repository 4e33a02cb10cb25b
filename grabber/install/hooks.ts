import { join } from 'node:path'
import type { ServiceConfig } from '../../shared/domain/service-config.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import { logDir } from '../../shared/host/layout.ts'
import type { Launch } from '../releases/launch.ts'
import { runHook, type HookResult } from '../releases/run-hook.ts'
import type { Host } from './host.ts'
import type { Install } from './install.ts'

export type HookName = keyof ServiceConfig['hooks']

/** Runs a hook of a release, if it has it. */
export type RunHook = (name: HookName, launch: Launch, signal: AbortSignal) => Promise<void>

const keptLines = 50

/** For a release that is to be proven: a hook that fails is a failure of the install. */
export const strictly =
  ({ host, notes }: Install): RunHook =>
  async (name, launch, signal) => {
    const problem = await runNoted(host, notes, name, launch, signal)
    if (problem === undefined) return
    throw new PersonError('unavailable', `The hook ${name} of ${launch.service} failed: ${problem}.`, {
      hint: 'Its output says why.',
    })
  }

/** For what has to be stopped, or was proven before: a hook that fails is told, and holds nothing up. */
export const leniently =
  (host: Host, notes: string[] = []): RunHook =>
  async (name, launch, signal) => {
    await runNoted(host, notes, name, launch, signal)
  }

const runNoted = async (
  host: Host,
  notes: string[],
  name: HookName,
  launch: Launch,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const hook = launch.config.hooks[name]
  if (!hook) return undefined
  const outputFile = join(logDir(host.paths, launch.service), `hook-${name}.log`)
  const result = await runHook({ name, ...hook, launch, outputFile }, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    return notRun(error)
  })
  note(host, notes, name, launch, result)
  return result.problem
}

const notRun = (error: unknown): HookResult => ({
  problem: `it could not be run (${messageOf(error)})`,
  tookMs: 0,
  output: [],
})

const note = (
  { log }: Host,
  notes: string[],
  name: HookName,
  { service, version }: Launch,
  { problem, tookMs, output }: HookResult,
): void => {
  const text = `hook ${name} of ${version}: ${problem ?? 'done'}, after ${tookMs} ms`
  notes.push(text, ...output.slice(-keptLines))
  if (problem === undefined) log.info({ service }, text)
  else log.warn({ service, output: output.slice(-keptLines) }, text)
}
