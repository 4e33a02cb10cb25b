import { readdir } from 'node:fs/promises'
import { isAtRest } from '../../shared/domain/install-state.ts'
import { ServiceName } from '../../shared/domain/names.ts'
import { messageOf } from '../../shared/errors.ts'
import type { JournalEntry } from '../../shared/host/journal.ts'
import { servicesDir, type HostPaths } from '../../shared/host/layout.ts'
import { readProcessRecord } from '../../shared/host/process-record.ts'
import { bootId } from '../../shared/host/process.ts'
import { openOrder } from '../../shared/signing/orders.ts'
import type { Host } from './host.ts'
import { enterRegardless, eventOf, openInstall, type Install } from './install.ts'
import { journalledServices, readJournal, writeJournal } from './journal.ts'
import { activationOf, isTouching, runOrder } from './run-order.ts'
import { discardStaging } from './staging.ts'
import { startCurrent } from './start-current.ts'
import { watchIn } from './watch-over.ts'

/** An order that was interrupted this often is given up: it may be what brings the grabber down. */
export const maxAttempts = 5

/** The order that comes first is the interrupted one itself, asked for again: it must not end its own recovery. */
const never = new AbortController().signal

/** Every service that this host knows of. */
export const knownServices = async (paths: HostPaths): Promise<string[]> => {
  const onDisk = await readdir(servicesDir(paths)).catch(() => [])
  const names = new Set([...onDisk, ...(await journalledServices(paths))])
  return [...names].filter((name) => ServiceName.safeParse(name).success)
}

/** Brings one service into a safe state after the grabber, or the host, was interrupted at any instant. */
export const recoverService = async (host: Host, service: string, shutdown: AbortSignal): Promise<void> => {
  const entry = await readJournal(host.paths, service, host.log)
  // The event may have been lost with the grabber; its tracker knows it again by its id.
  if (entry?.host === host.id && entry.state !== 'assigned') host.emit(eventOf(entry, service))
  if (entry && isInterrupted(entry)) {
    // Until something is stopped, what ran before goes on running: also after a reboot.
    if (!isTouching(entry.state) && entry.state !== 'rolling-back')
      await startCurrent(host, service, entry, shutdown)
    await goOn(host, entry, shutdown)
  } else {
    await startCurrent(host, service, entry, shutdown)
    if (entry) await watchAfterReboot(host, service, entry)
  }
  await discardStaging(host, service).catch((error: unknown) => {
    host.log.warn({ service, err: messageOf(error) }, 'staging not removed')
  })
}

/** `staged` of a stage order is where it should be; of an activate order it is on its way. */
const isInterrupted = ({ state, phase }: JournalEntry): boolean =>
  !isAtRest(state) && !(state === 'staged' && phase === 'stage')

const goOn = async (host: Host, entry: JournalEntry, shutdown: AbortSignal): Promise<void> => {
  const order = openOrder(entry.order, host.orderKey)
  const attempt = { ...entry, attempts: entry.attempts + 1, bootId: bootId() }
  const install = await openInstall(host, order, attempt)
  host.log.warn(
    { service: order.service, seq: entry.seq, state: entry.state },
    'going on after an interruption',
  )
  await writeRegardless(host, order.service, install.entry)
  if (install.entry.attempts > maxAttempts) await giveUp(install, shutdown)
  else await runOrder(install, { shutdown, superseded: never })
}

const giveUp = async (install: Install, signal: AbortSignal): Promise<void> => {
  const error = `It was interrupted ${maxAttempts} times and is not tried again.`
  if (isTouching(install.entry.state)) {
    await activationOf(install).rollBack(install, error, signal)
    return
  }
  if (install.entry.state === 'rolling-back')
    await startCurrent(install.host, install.order.service, install.entry, signal)
  else await discardStaging(install.host, install.order.service)
  await enterRegardless(install, 'failed', { error })
}

/** A full disk must not keep a service from being brought into a safe state; only the loop guard does not count then. */
const writeRegardless = (host: Host, service: string, entry: JournalEntry): Promise<void> =>
  writeJournal(host.paths, service, entry).catch((error: unknown) => {
    host.log.error({ service, err: messageOf(error) }, 'journal not written')
  })

/** A reboot ends every process: what was started in its place is watched for what is left of the time. */
const watchAfterReboot = async (host: Host, service: string, entry: JournalEntry): Promise<void> => {
  const watch = watchIn(host, entry)
  const record = readProcessRecord(host.paths, service)
  if (!watch || !record || watch.process.bootId === bootId() || Date.now() > watch.until) return
  await writeRegardless(host, service, { ...entry, watch: { ...watch, process: record.identity } })
}
