import type { BuildView } from '../../../../shared/api/builds.ts'
import type { DeployDetail, TargetView } from '../../../../shared/api/deploys.ts'
import { deployTransitions, type DeployState } from '../../../../shared/domain/deploy-state.ts'
import type { Event } from '../../../../shared/domain/event.ts'
import { failedAtAfter } from '../../../../shared/domain/failures/failed-at.ts'
import { tellingLines } from '../../../../shared/domain/failures/telling-lines.ts'
import { isInstallAhead, type InstallState } from '../../../../shared/domain/install-state.ts'
import { isEnd } from '../../../../shared/domain/transitions.ts'
import type { LiveView } from '../api/live.ts'
import { naturalOrder } from '../text/natural-order.ts'

type StateTimes = Readonly<Partial<Record<DeployState, number>>>

/** One deploy as it is now. */
export interface DeployPageView extends LiveView {
  readonly seq: number
  readonly deploy: Omit<DeployDetail, 'targets' | 'seq' | 'counts'>
  readonly counts: DeployDetail['counts']
  /** By host id, in the order of the hosts' names. */
  readonly targets: ReadonlyMap<string, TargetView>
  readonly build: BuildView | undefined
  /** When the deploy came into each state, as far as known. */
  readonly stateTimes: StateTimes
}

export interface DeployAnswer {
  readonly detail: DeployDetail
  readonly build: BuildView | undefined
  /** What happened before the detail was asked for; only its deploy states are used. */
  readonly history: readonly Event[]
}

/** The view after an answer of the API. One that is older than what the feed has told already is asked for again. */
export const settleDeploy = (answer: DeployAnswer, view?: DeployPageView): DeployPageView => {
  if (view && answer.detail.seq < view.seq) return { ...view, stale: true }
  const { targets, seq, counts, ...deploy } = answer.detail
  return {
    seq,
    stale: false,
    deploy,
    counts,
    targets: new Map(inOrder(targets).map((target) => [target.hostId, target])),
    build: answer.build,
    stateTimes: { ...view?.stateTimes, ...timesOf(answer.history) },
  }
}

const inOrder = (targets: readonly TargetView[]): readonly TargetView[] =>
  [...targets].sort((a, b) => naturalOrder(a.hostName, b.hostName))

const timesOf = (events: readonly Event[]): StateTimes =>
  Object.fromEntries(
    events.flatMap((event) => (event.kind === 'deploy.state' ? [[event.data.state, event.at]] : [])),
  )

/** A view while events are being applied: its collections are its own and may be changed. */
type Draft = {
  -readonly [Key in keyof DeployPageView]: Key extends 'targets'
    ? Map<string, TargetView>
    : DeployPageView[Key]
}

/** The view after these events. What it has seen already changes nothing; what it cannot explain makes it stale. */
export const applyDeployEvents = (view: DeployPageView, events: readonly Event[]): DeployPageView => {
  const news = events.filter((event) => event.seq > view.seq)
  if (news.length === 0) return view
  const draft: Draft = { ...view, targets: new Map(view.targets), counts: { ...view.counts } }
  for (const event of news) applyEvent(draft, event)
  return draft
}

const applyEvent = (draft: Draft, event: Event): void => {
  draft.seq = event.seq
  if (event.kind === 'install.state') applyInstallState(draft, event)
  else if (event.kind === 'deploy.state') applyDeployState(draft, event)
  else if (event.kind === 'build.state') draft.stale = true
}

const applyDeployState = (draft: Draft, { at, data }: Extract<Event, { kind: 'deploy.state' }>): void => {
  const { state, reason } = data
  draft.stateTimes = { ...draft.stateTimes, [state]: at }
  draft.deploy = {
    ...draft.deploy,
    state,
    ...(isEnd(deployTransitions, state) ? { endedAt: at } : {}),
    ...(reason === undefined ? {} : { error: reason }),
  }
  // The version, the warnings and what was confirmed come with a state, but not in its event.
  draft.stale = true
}

const applyInstallState = (draft: Draft, event: Extract<Event, { kind: 'install.state' }>): void => {
  const target = draft.targets.get(event.hostId ?? '')
  if (target?.state === event.data.state) return
  if (!target || !isInstallAhead(target.state, event.data.state)) {
    draft.stale = true
    return
  }
  draft.targets.set(target.hostId, moved(target, event))
  draft.counts = recount(draft.counts, target.state, event.data.state)
}

const moved = (target: TargetView, { at, data }: Extract<Event, { kind: 'install.state' }>): TargetView => {
  const { error: _, failedAt: __, ...rest } = target
  const error = data.error ?? (data.state === 'rolled-back' ? target.error : undefined)
  const failedAt = failedAtAfter(target, data.state)
  return {
    ...rest,
    state: data.state,
    updatedAt: at,
    ...(error === undefined ? {} : { error }),
    ...(failedAt === null ? {} : { failedAt }),
    ...(data.output ? { said: tellingLines(data.output) } : {}),
  }
}

const recount = (
  counts: DeployPageView['counts'],
  from: InstallState,
  to: InstallState,
): DeployPageView['counts'] => ({
  ...counts,
  [from]: Math.max(0, (counts[from] ?? 0) - 1),
  [to]: (counts[to] ?? 0) + 1,
})
