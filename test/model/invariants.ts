import { deployTransitions } from '../../shared/domain/deploy-state.ts'
import { isInstallAhead } from '../../shared/domain/install-state.ts'
import { isEnd } from '../../shared/domain/transitions.ts'
import type { Assignment } from '../../tracker/db/assignments.ts'
import type { Deploy } from '../../tracker/db/deploys.ts'
import type { Store } from '../../tracker/db/store.ts'
import type { Target } from '../../tracker/db/targets.ts'
import { BrokenInvariant, demand } from './broken-invariant.ts'
import type { SimulatedHost } from './simulated-host.ts'
import { service, type World } from './world.ts'

/** All that the tracker has written down of its deploys. */
export interface Snapshot {
  readonly deploys: ReadonlyMap<number, Deploy>
  readonly targets: ReadonlyMap<number, readonly Target[]>
  /** By host. */
  readonly assignments: ReadonlyMap<string, Assignment>
  readonly lastEvent: number
}

export const snapshotOf = ({ read }: Store): Snapshot => {
  const deploys = read.deploys.list({ service }, 1000)
  return {
    deploys: new Map(deploys.map((deploy) => [deploy.id, deploy])),
    targets: new Map(deploys.map(({ id }) => [id, read.targets.list(id)])),
    assignments: new Map(read.assignments.list().map((assignment) => [assignment.hostId, assignment])),
    lastEvent: read.events.latest(),
  }
}

interface Change {
  readonly world: World
  readonly before: Snapshot
  readonly after: Snapshot
}

/** What has to be so after everything that happens, told by what was so before it. */
export const checkChange = (change: Change): void => {
  checkDeploys(change)
  checkTargets(change)
  for (const assignment of change.after.assignments.values()) {
    const last = change.before.assignments.get(assignment.hostId)
    if (last?.seq !== assignment.seq) checkOrder(change, last, assignment)
  }
}

const ended = (deploy: Deploy): boolean => isEnd(deployTransitions, deploy.state)

const checkDeploys = ({ world, before, after }: Change): void => {
  checkHolds(world, after)
  for (const deploy of after.deploys.values()) checkBegin(world, before, deploy)
  const states = new Map([...before.deploys].map(([id, { state }]) => [id, state]))
  for (const event of world.store.read.events.list({}, before.lastEvent, 10_000)) {
    if (event.kind !== 'deploy.state' || event.deployId === undefined) continue
    const from = states.get(event.deployId)
    const to = event.data.state
    states.set(event.deployId, to)
    const isLegal =
      from === undefined
        ? to === 'planned' || to === 'queued'
        : from === to || deployTransitions[from].includes(to)
    demand(isLegal, 'a deploy moves by its table', `deploy ${event.deployId}: ${from ?? 'nothing'} to ${to}`)
  }
  for (const deploy of after.deploys.values()) {
    demand(states.get(deploy.id) === deploy.state, 'every move is told', `deploy ${deploy.id}`)
    demand(ended(deploy) === (deploy.endedAt !== null), 'what has ended has ended', `deploy ${deploy.id}`)
    if (ended(deploy) && before.deploys.get(deploy.id)?.endedAt === null) checkEnd(world, after, deploy)
  }
}

/** Of a lock that holds, nothing begins. */
const checkBegin = ({ store, now }: World, before: Snapshot, deploy: Deploy): void => {
  const hasBegun = deploy.beganAt !== null && (before.deploys.get(deploy.id)?.beganAt ?? null) === null
  if (hasBegun)
    demand(
      store.read.locks.get({ service }, now) === undefined,
      'what is locked does not begin',
      `deploy ${deploy.id}`,
    )
}

/** A host belongs to one deploy from its beginning to its end, and to none of those that only wait. */
const checkHolds = ({ store }: World, after: Snapshot): void => {
  for (const deploy of after.deploys.values())
    for (const target of targetsOf(after, deploy.id)) {
      const isHeld = store.read.holds.of(target.hostId, service) === deploy.id
      const isToBeHeld = !ended(deploy) && deploy.state !== 'queued'
      demand(
        isHeld === isToBeHeld,
        'a host belongs to the one deploy that is at it',
        describe(deploy, target),
      )
    }
}

/** What an end says of the hosts that the deploy was about, judged by the hosts themselves. */
const checkEnd = (world: World, after: Snapshot, deploy: Deploy): void => {
  for (const target of targetsOf(after, deploy.id)) {
    const host = hostOf(world, target)
    if (deploy.state === 'succeeded')
      demand(runsIt(host, target), 'succeeded: every host runs it', describe(deploy, target))
    if (deploy.state === 'rolled-back')
      demand(
        isAsBefore(host, target),
        'rolled-back: every host that was changed has what it had',
        describe(deploy, target),
      )
  }
}

const runsIt = (host: SimulatedHost, { seq, digest }: Target): boolean =>
  host.completed.has(seq ?? 0) && (host.running === digest || hasDied(host, seq))

/** Left by the host itself since, of which the tracker has not heard yet. */
const hasDied = ({ journal }: SimulatedHost, seq: number | null): boolean =>
  journal?.seq === seq && ['rolling-back', 'rolled-back', 'failed'].includes(journal.state)

/** Never changed by this deploy, or changed back. */
const isAsBefore = (host: SimulatedHost, { deployId, previousDigest }: Target): boolean =>
  !host.changedBy.has(deployId) ||
  host.running === (previousDigest ?? undefined) ||
  isGoingBack(host, deployId)

/** It died once more, after a report had shown it well. */
const isGoingBack = ({ journal }: SimulatedHost, deployId: number): boolean =>
  journal?.deployId === deployId && journal.hasDied === true

const checkTargets = ({ world, before, after }: Change): void => {
  for (const [id, targets] of after.targets)
    for (const target of targets) {
      const last = before.targets.get(id)?.find(({ hostId }) => hostId === target.hostId)
      if (!last) continue
      demand(
        isLegalStep(last, target),
        'a target only moves ahead',
        `deploy ${id}, ${target.hostName}: ${last.state} (${last.phase ?? 'unordered'}) to ${target.state} (${target.phase ?? 'unordered'})`,
      )
      if (target.confirmed && !last.confirmed) {
        demand(
          reported(world, target) === wantedOf(target),
          'confirmed is only what a report has shown',
          `deploy ${id}, ${target.hostName}`,
        )
        demand(
          hostOf(world, target).completed.has(target.seq ?? 0) || isBackByItself(world, target),
          'confirmed is only what a host has done',
          `deploy ${id}, ${target.hostName}`,
        )
      }
    }
}

const reported = ({ store }: World, { hostId }: Target): string | undefined =>
  store.read.reports.get(hostId)?.services[0]?.running

const wantedOf = ({ phase, digest, previousDigest }: Target): string | undefined =>
  (phase === 'restore' ? previousDigest : digest) ?? undefined

const isLegalStep = (from: Target, to: Target): boolean => {
  if (from.state === to.state) return true
  if (to.phase !== 'restore') return isInstallAhead(from.state, to.state)
  return from.phase !== 'restore' ? true : restoreSteps[from.state]?.includes(to.state) === true
}

const restoreSteps: Partial<Record<string, readonly string[]>> = {
  'rolling-back': ['rolled-back', 'failed', 'unreachable'],
  unreachable: ['rolling-back', 'rolled-back', 'failed'],
  'rolled-back': ['rolling-back', 'failed'],
}

/** An order to take back what it has taken back by itself meanwhile. */
const isBackByItself = (world: World, target: Target): boolean =>
  target.phase === 'restore' && hostOf(world, target).running === (target.previousDigest ?? undefined)

const checkOrder = (change: Change, last: Assignment | undefined, order: Assignment): void => {
  const { world, before, after } = change
  const deploy = after.deploys.get(order.deployId)
  const target = targetsOf(after, order.deployId).find(({ hostId }) => hostId === order.hostId)
  if (!deploy || !target) throw new BrokenInvariant('an order belongs to a deploy: it does not')
  const host = hostOf(world, target)
  const how = `${order.phase} seq ${order.seq} ${describe(deploy, target)}`
  demand(order.seq > (last?.seq ?? 0), 'the seq of a host only grows', how)
  demand(order.seq > (host.journal?.seq ?? 0), 'the seq of a host only grows', how)
  const was = before.deploys.get(deploy.id)
  demand(deploy.state !== 'paused', 'a paused deploy orders nothing', how)
  if (was && ended(was)) demand(isToKeep(order, target), 'an ended deploy orders nothing new', how)
  else if (ended(deploy))
    demand(isSettling(change, last, order, deploy), 'an ended deploy leaves what is wanted', how)
  else if (target.phase === 'stage') checkStage(change, deploy, target, how)
  else if (target.phase === 'activate') checkActivation(change, deploy, target, how)
  else checkRestore(change, deploy, target, how)
}

/** A release died after its deploy had ended: the host is to keep what it went back to. */
const isToKeep = ({ phase, digest }: Assignment, { previousDigest }: Target): boolean =>
  phase === 'activate' && digest === previousDigest

const isSettling = (
  { before, after }: Change,
  last: Assignment | undefined,
  { phase, digest, hostId }: Assignment,
  deploy: Deploy,
): boolean => {
  const target = targetsOf(before, deploy.id).find((one) => one.hostId === hostId)
  const now = targetsOf(after, deploy.id).find((one) => one.hostId === hostId)
  if (phase !== 'activate' || !target || !now) return false
  if (target.phase === 'activate') return failed([now]) === 1 && digest === target.previousDigest
  const isLate = deploy.state === 'partial' && now.state === 'late' && digest === target.digest
  return digest === last?.desired || isLate
}

const checkStage = ({ before }: Change, deploy: Deploy, target: Target, how: string): void => {
  const last = before.targets.get(deploy.id)?.find(({ hostId }) => hostId === target.hostId)
  demand(deploy.state === 'staging' && last?.seq === null, 'a host is asked to stage once', how)
}

const checkActivation = ({ world, before }: Change, deploy: Deploy, target: Target, how: string): void => {
  const targets = targetsOf(before, deploy.id)
  const last = targets.find(({ hostId }) => hostId === target.hostId)
  demand(deploy.state === 'rolling', 'only a rolling deploy activates', how)
  demand(
    last?.phase === 'stage' && hostOf(world, target).staged.has(target.digest ?? ''),
    'only what is staged on the host is activated there',
    how,
  )
  const earlier = targets.filter(({ batch }) => batch < target.batch)
  demand(
    earlier.every((one) => isOver(one, world.now)),
    'a batch begins when those before it are settled',
    how,
  )
  demand(failed(targets) <= allowed(deploy, targets), 'nothing is activated beyond the failure limit', how)
  checkGate(world, deploy, targets, target, how)
}

const checkGate = (
  world: World,
  { rollout, clearedThrough }: Deploy,
  targets: readonly Target[],
  { batch }: Target,
  how: string,
): void => {
  const begun = targets.filter(({ phase, state }) => phase === 'activate' || state === 'skipped')
  const last = Math.max(-1, ...begun.map((target) => target.batch))
  if (batch <= last || last === -1 || clearedThrough >= last) return
  demand(last > 0 || !rollout.pause_after_canary, 'a person looks at the canaries', how)
  const since = Math.max(...targets.filter((one) => one.batch === last).map((one) => one.updatedAt))
  demand(world.now >= since + rollout.bake, 'a batch is watched before the next', how)
}

const checkRestore = (
  { world, before, after }: Change,
  deploy: Deploy,
  target: Target,
  how: string,
): void => {
  const last = targetsOf(before, deploy.id).find(({ hostId }) => hostId === target.hostId)
  demand(deploy.state === 'rolling-back', 'only a deploy that goes back restores', how)
  demand(
    last?.phase === 'activate' && target.previousDigest !== null && target.previousDigest !== target.digest,
    'only what was changed is restored',
    how,
  )
  demand(!target.confirmed, 'a way back is believed anew', how)
  const others = targetsOf(after, deploy.id).filter(({ batch }) => batch !== target.batch)
  demand(
    others.every((one) => one.phase !== 'restore' || isOver(one, world.now)),
    'the way back goes batch by batch',
    how,
  )
}

/** Nothing more is waited for: by the words of docs/rollouts.md, not by the engine's own. */
const isOver = ({ state, phase, confirmed, updatedAt }: Target, now: number): boolean => {
  if (['unreachable', 'failed'].includes(state)) return true
  const isBelieved = confirmed || now - updatedAt > 60_000
  if (state === 'rolled-back') return phase !== 'restore' || isBelieved
  return ['committed', 'skipped'].includes(state) && isBelieved
}

const failed = (targets: readonly Target[]): number =>
  targets.filter(({ state }) => state === 'failed' || state === 'rolled-back').length

const allowed = ({ rollout, acceptedFailures }: Deploy, targets: readonly Target[]): number => {
  const { max_failures: limit, on_failure: onFailure } = rollout
  if (onFailure === 'continue') return Infinity
  const limited = typeof limit === 'number' ? limit : Math.floor((targets.length * parseInt(limit, 10)) / 100)
  return Math.max(limited, acceptedFailures)
}

/** What has to be so once nothing has happened for long. */
export const checkRest = (world: World): void => {
  const { assignments } = snapshotOf(world.store)
  for (const host of world.hosts) {
    const assignment = assignments.get(host.id)
    if (!assignment || hasRefused(host, assignment)) continue
    const wanted = assignment.phase === 'activate' ? assignment.digest : (assignment.desired ?? undefined)
    const how = `${host.name} runs ${String(host.running?.slice(-2))}, is to run ${String(wanted?.slice(-2))} (${assignment.phase} seq ${assignment.seq}, host at ${String(host.journal?.seq)} ${String(host.journal?.state)})`
    demand(host.running === wanted, 'assignments say what hosts run', how)
    demand(assignment.desired === (wanted ?? null), 'assignments say what hosts run', how)
    const isSaid =
      assignment.phase === 'activate' || host.journal?.state === 'skipped' || wanted === undefined
    demand(isSaid, 'no host is left at what it was only to stage', how)
  }
  for (const host of world.hosts)
    for (const [seq, stops] of host.stops)
      demand(stops === 1, 'no order switches twice', `${host.name} seq ${seq}: ${stops} times`)
}

/** It tried this very order, could not, and has nothing else. */
const hasRefused = ({ journal }: SimulatedHost, { seq }: Assignment): boolean =>
  journal?.seq === seq && (journal.state === 'failed' || journal.state === 'rolled-back')

const targetsOf = ({ targets }: Snapshot, id: number): readonly Target[] => targets.get(id) ?? []

const hostOf = (world: World, { hostId }: Target): SimulatedHost => {
  const found = world.hosts.find(({ id }) => id === hostId)
  if (!found) throw new Error(`no host ${hostId}`)
  return found
}

const describe = ({ id, state }: Deploy, target: Target): string =>
  `deploy ${id} (${state}) on ${target.hostName}: batch ${target.batch}, ${target.phase ?? 'unordered'}, ${target.state}`
