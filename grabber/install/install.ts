import { createHash } from 'node:crypto'
import { installTransitions, type InstallState } from '../../shared/domain/install-state.ts'
import { assertTransition } from '../../shared/domain/transitions.ts'
import { messageOf } from '../../shared/errors.ts'
import type { JournalEntry } from '../../shared/host/journal.ts'
import type { Order } from '../../shared/messages/order.ts'
import { maxOutputLines, type HostEvent } from '../../shared/messages/host-events.ts'
import { concealing } from '../releases/conceal.ts'
import { readConfig } from '../releases/config-store.ts'
import type { Host, Install } from './host.ts'
import { writeJournal } from './journal.ts'

export type { Install, Step } from './host.ts'

export interface Failure {
  readonly error: string
  readonly output?: readonly string[]
}

export const openInstall = async (host: Host, order: Order, entry: JournalEntry): Promise<Install> => {
  const others = [entry.replaces, entry.previous].flatMap((edition) => edition?.config ?? [])
  const known = await Promise.all(
    [...new Set(others)].map((id) => readConfig(host.paths, order.service, id).catch(() => undefined)),
  )
  const configs = [order.config, ...known].filter((config) => config !== undefined)
  return { host, order, entry, notes: [], conceal: concealing(configs) }
}

/** Moves on to a state: first durably in the journal, then told. Throws when the state may not follow. */
export const enter = async (install: Install, state: InstallState, failure?: Failure): Promise<void> => {
  const before = install.entry
  install.entry = following(install, state, failure)
  await writeJournal(install.host.paths, install.order.service, install.entry)
  tell(install, before.changedAt, failure)
}

/** For the way back: a journal that cannot be written (a full disk) must not keep the last good release from running again. */
export const enterRegardless = async (
  install: Install,
  state: InstallState,
  failure: Failure,
): Promise<void> => {
  const before = install.entry
  install.entry = following(install, state, failure)
  await writeJournal(install.host.paths, install.order.service, install.entry).catch((error: unknown) => {
    install.host.log.error(
      { service: install.order.service, state, err: messageOf(error) },
      'journal not written',
    )
  })
  tell(install, before.changedAt, failure)
}

const following = (
  { entry, conceal }: Install,
  state: InstallState,
  failure: Failure | undefined,
): JournalEntry => {
  assertTransition(installTransitions, entry.state, state)
  const error = failure ? { error: conceal(failure.error).slice(0, 2000) } : {}
  // The way back has interruptions of its own to spare: else a host that was interrupted often would be left halfway.
  const attempts = state === 'rolling-back' ? 0 : entry.attempts
  return { ...entry, ...error, state, attempts, changedAt: Date.now() }
}

const tell = ({ host, entry, order, notes }: Install, since: number, failure: Failure | undefined): void => {
  const { state, error, changedAt } = entry
  const output = [...notes.splice(0), ...(failure?.output ?? [])].slice(-maxOutputLines)
  host.log.info({ service: order.service, seq: order.seq, state, error }, 'install')
  host.emit({
    ...eventOf(entry, order.service),
    tookMs: Math.max(0, changedAt - since),
    ...(output.length > 0 ? { output } : {}),
  })
}

/** The event that a journal entry stands for. Its id follows from what it says, so that telling it again changes nothing. */
export const eventOf = (entry: JournalEntry, service: string): HostEvent => ({
  id: eventId(entry, service),
  at: entry.changedAt,
  service,
  deployId: entry.deployId,
  seq: entry.seq,
  state: entry.state,
  ...(entry.error === undefined ? {} : { error: entry.error }),
})

const eventId = ({ host, seq, state }: JournalEntry, service: string): string =>
  createHash('sha256').update([host, service, seq, state].join('\n')).digest('hex').slice(0, 32)
