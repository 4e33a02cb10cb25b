import type { InstallState } from '../../shared/domain/install-state.ts'
import type { DeployNotification, NotifiedOutcome } from '../../shared/domain/notification.ts'
import { count } from '../../shared/wording.ts'

export type Told = Pick<
  DeployNotification,
  'service' | 'version' | 'outcome' | 'why' | 'counts' | 'total' | 'retryOf' | 'rollbackOf'
>

/** How a deploy ended, or why it waits, as people are told: `web v2 is on 10 of 12 hosts; 2 late: they take it when they are back.` */
export const sentenceOf = (told: Told): string => sentences[told.outcome](told)

const sentences: Readonly<Record<NotifiedOutcome, (told: Told) => string>> = {
  succeeded: (told) => `${titleOf(told)} is on ${count(told.total, 'host')}.`,

  partial: (told) => {
    const others = withoutIt(told)
    if (others.length === 1 && others[0] === 'late') return `${reachOf(told)}; ${lateWords(told)}.`
    return because(`${reachOf(told)}${others.length > 0 ? `; ${tallyOf(told, others)}` : ''}`, told)
  },

  'rolled-back': (told) =>
    because(`${titleOf(told)} was rolled back on ${share(told, ['rolled-back'])}`, told),

  failed: (told) => {
    const failures: InstallState[] = ['failed', 'rolled-back', 'unreachable']
    const where = numberOf(told, failures) === 0 ? '' : ` on ${share(told, failures)}`
    return because(`${titleOf(told)} failed${where}`, told)
  },

  cancelled: (told) => {
    const busy = underWay(told)
    const also = busy === 0 ? '' : `, ${busy} in the middle of it`
    return `${reachOf(told)}${also}, and goes no further. ${whyOf(told)}`.trim()
  },

  paused: (told) => `${titleOf(told)} is paused, on ${share(told, having)} so far. ${whyOf(told)}`.trim(),
}

const having: readonly InstallState[] = ['committed', 'skipped']
const switching: readonly InstallState[] = ['stopping', 'switching', 'starting', 'checking', 'rolling-back']

const titleOf = ({ service, version, retryOf, rollbackOf }: Told): string =>
  `${service} ${version}${
    rollbackOf !== undefined
      ? ` (rollback of deploy ${rollbackOf})`
      : retryOf !== undefined
        ? ` (retry of deploy ${retryOf})`
        : ''
  }`

const reachOf = (told: Told): string => `${titleOf(told)} is on ${share(told, having)}`

const numberOf = ({ counts }: Told, states: readonly InstallState[]): number =>
  states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)

const underWay = (told: Told): number => numberOf(told, switching)

/** `12 hosts`, `10 of 12 hosts`, `none of 12 hosts`. */
const share = (told: Told, states: readonly InstallState[]): string => {
  const number = numberOf(told, states)
  const all = count(told.total, 'host')
  return number === told.total ? all : `${number === 0 ? 'none' : number} of ${all}`
}

const withoutIt = ({ counts }: Told): InstallState[] =>
  (Object.keys(counts) as InstallState[]).filter((state) => !having.includes(state))

const tallyOf = ({ counts }: Told, states: readonly InstallState[]): string =>
  states.map((state) => `${counts[state] ?? 0} ${state}`).join(', ')

const lateWords = ({ counts: { late = 0 } }: Told): string =>
  late === 1 ? '1 late: it takes it when it is back' : `${late} late: they take it when they are back`

const because = (what: string, told: Told): string =>
  told.why === undefined ? `${what}.` : `${what}: ${whyOf(told)}`

const whyOf = ({ why = '' }: Told): string => (why === '' || /[.!?…]$/.test(why) ? why : `${why}.`)
