import { setTimeout as delay } from 'node:timers/promises'
import { errnoOf, messageOf, PersonError } from '../../shared/errors.ts'
import { backoff } from '../../shared/host/doorbell.ts'
import { isSameEdition, type Edition } from '../../shared/host/edition.ts'
import { currentLink } from '../../shared/host/layout.ts'
import { readMarker } from '../../shared/host/release.ts'
import { removeDurably } from '../durable.ts'
import { leniently } from './hooks.ts'
import { enterRegardless, type Install } from './install.ts'
import { freeReserve } from './reserve.ts'
import { startCurrent } from './start-current.ts'
import { proveHealthy } from './steps/check.ts'
import { ensureStarted } from './steps/start.ts'
import { stopService } from './steps/stop.ts'
import { ownCurrent, pointCurrentAt } from './steps/switch.ts'

/** Over ten seconds, in all. */
const maxTries = 6

/** The way back from a release that failed once the old one was touched; ends in `rolled-back` or `failed`. */
export const rollBack = async (install: Install, error: string, signal: AbortSignal): Promise<void> => {
  await freeReserve(install.host, install.order.service)
  const words = await install.host.supervisor.lastOutput(install.order.service, install.conceal)
  const output = [...install.notes.splice(0), ...words]
  await enterRegardless(install, 'rolling-back', { error, output })
  await restore(install, signal, output)
}

/** Does what `rolling-back` stands for, from the beginning; after a crash it is simply done again. */
export const restore = async (
  install: Install,
  signal: AbortSignal,
  output?: readonly string[],
): Promise<void> => {
  const error = install.entry.error ?? 'The install failed.'
  const attached = output ? { output } : {}
  const end = await persistently(install, () => bringBack(install, signal), signal).catch(
    (problem: unknown) => {
      signal.throwIfAborted()
      return `${error} Going back failed too: ${messageOf(problem)}`
    },
  )
  if (end === 'restored') await enterRegardless(install, 'rolled-back', { error, ...attached })
  else await fail(install, end ?? error, attached, signal)
}

/** A disk that fails for a moment must not cost a host its service: what the system refuses is tried again. */
const persistently = async <Result>(
  { host, order }: Install,
  work: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> => {
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      if (!isOfTheSystem(error) || failures === maxTries) throw error
      host.log.warn({ service: order.service, err: messageOf(error) }, 'going back failed; trying again')
      await delay(backoff(failures), undefined, { signal })
    }
  }
}

const isOfTheSystem = (error: unknown): boolean =>
  !(error instanceof PersonError) && errnoOf(error) !== undefined

/** Whatever `current` is then: better it runs than nothing does. */
export const fail = async (
  install: Install,
  error: string,
  attached: { output?: readonly string[] },
  signal: AbortSignal,
): Promise<void> => {
  await startCurrent(install.host, install.order.service, install.entry, signal)
  await enterRegardless(install, 'failed', { error, ...attached })
}

const bringBack = async (install: Install, signal: AbortSignal): Promise<'restored' | undefined> => {
  const { previous } = install.entry
  if (previous === undefined) {
    await removeBroken(install, signal)
    return undefined
  }
  await restart(install, previous, signal)
  return 'restored'
}

const restart = async (install: Install, edition: Edition, signal: AbortSignal): Promise<void> => {
  const { host, order } = install
  if (!(await readMarker(host.paths, order.service, edition.digest)))
    throw new PersonError('conflict', `Release ${edition.digest}, the last good one, is no longer there.`)
  await ownCurrent(install)
  // What failed may be the very same, started again: it gets a fresh process.
  const runs = host.supervisor.find(order.service)
  if (isSameEdition(install.entry.next, edition) || !isSameEdition(runs, edition))
    await stopService(host, order.service, signal)
  await pointCurrentAt(install, edition.digest)
  await ensureStarted(host, order.service, edition, leniently(host, install.notes), signal)
  await proveHealthy(host, order.service, edition, signal)
}

/** A first install that failed leaves nothing running and no `current`. */
const removeBroken = async (install: Install, signal: AbortSignal): Promise<void> => {
  const { host, order } = install
  await stopService(host, order.service, signal)
  if ((await ownCurrent(install)) !== undefined) await removeDurably(currentLink(host.paths, order.service))
}
