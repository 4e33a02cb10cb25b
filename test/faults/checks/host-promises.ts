import { isAtRest } from '../../../shared/domain/install-state.ts'
import type { JournalEntry } from '../../../shared/host/journal.ts'
import { isEntry, type ServiceFacts } from './host-facts.ts'

/** Something that can be installed, and the hash of its content when unpacked by somebody else than the grabber. */
export interface Goods {
  readonly service: string
  readonly version: string
  readonly digest: string
  readonly tree: string
}

/** One service on one host, with what it may have been told to run. */
export interface HostCase {
  readonly service: string
  readonly before: ServiceFacts
  readonly after: ServiceFacts
  /** Digests that were ordered meanwhile. */
  readonly ordered: readonly string[]
  /** Its process was killed meanwhile: a new one of the same release is what has to be there. */
  readonly wasKilled?: boolean
  readonly goods: readonly Goods[]
}

/** A rule that says what is wrong, or nothing. */
export type Promises<Checked> = Readonly<Record<string, (checked: Checked) => string | undefined>>

/** What holds on every host at rest, whatever happened to it. */
export const hostPromises: Promises<HostCase> = {
  'releases are whole': ({ after, goods, service }) => {
    for (const [digest, tree] of after.releases) {
      const found = goods.find((candidate) => candidate.digest === digest)
      if (found?.service !== service) return `${digest} is no artifact of ${service}`
      if (found.tree !== tree) return `release ${found.version} is not what the artifact holds`
    }
    return undefined
  },

  'current is absent or a whole release': ({ after: { current, releases } }) =>
    current === undefined || releases.get(current) !== undefined ? undefined : `current points to ${current}`,

  'old or new': (checked) => {
    const { before, after, ordered } = checked
    // A first install that failed leaves nothing.
    if ([before.current, ...ordered].includes(after.current)) return undefined
    return `current is ${nameOf(checked, after.current)}, it was ${nameOf(checked, before.current)}, ordered was ${ordered.map((digest) => nameOf(checked, digest)).join(', ')}`
  },

  'never neither, never two': (checked) => {
    const { current, processes } = checked.after
    if (processes.length === (current === undefined ? 0 : 1)) return undefined
    return `${processes.length} processes run (${processes.map(({ release }) => nameOf(checked, release)).join(', ')}), current is ${nameOf(checked, current)}`
  },

  'what runs is what current says': (checked) => {
    const { current, processes } = checked.after
    const stranger = processes.find(({ release }) => release !== current)
    return stranger && `a process of ${nameOf(checked, stranger.release)} runs`
  },

  'no process changes without an order': ({ before, after, ordered, wasKilled }) => {
    const [old] = before.processes
    if (!old || wasKilled || ordered.some((digest) => digest !== old.release)) return undefined
    const isSame = after.processes.some(
      ({ pid, startTicks }) => pid === old.pid && startTicks === old.startTicks,
    )
    return isSame ? undefined : `process ${old.pid} is gone, and nothing else was ordered`
  },

  'staging is empty': ({ after: { staging } }) =>
    staging.length === 0 ? undefined : `staging holds ${staging.join(', ')}`,

  'the journal is whole, and at rest': ({ after: { journal, aside } }) => {
    if (aside.length > 0) return `a journal was put aside: ${aside.join(', ')}`
    if (journal === undefined) return undefined
    if (!isEntry(journal)) return `the journal cannot be read: ${journal.unreadable}`
    return isResting(journal) ? undefined : `the journal is still ${journal.state}`
  },

  'the last good release is kept': ({ after: { journal, releases } }) => {
    const previous = isEntry(journal) ? journal.previous?.digest : undefined
    return previous === undefined || releases.get(previous) !== undefined ? undefined : `${previous} is gone`
  },
}

/** Nothing more is done for this order: it came to its end, or it was only to be staged. */
export const isResting = ({ state, phase }: JournalEntry): boolean =>
  isAtRest(state) || (state === 'staged' && phase === 'stage')

/** By the name of the promise, how it is broken. */
export const broken = <Checked>(promises: Promises<Checked>, checked: Checked): Record<string, string> =>
  Object.fromEntries(
    Object.entries(promises).flatMap(([name, judge]) => {
      const how = judge(checked)
      return how === undefined ? [] : [[name, how]]
    }),
  )

export const nameOf = ({ goods }: Pick<HostCase, 'goods'>, digest: string | undefined): string =>
  goods.find((candidate) => candidate.digest === digest)?.version ?? digest ?? 'nothing'
