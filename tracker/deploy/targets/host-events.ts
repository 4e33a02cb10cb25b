import { tellingLines } from '../../../shared/domain/failures/telling-lines.ts'
import { isInstallAhead, type InstallState } from '../../../shared/domain/install-state.ts'
import type { HostEvent } from '../../../shared/messages/host-events.ts'
import type { Agent } from '../../db/agents.ts'
import type { Writing } from '../../db/store.ts'
import { isSameEdition, type Edition } from '../../db/edition.ts'
import { previousOf, wantedOf, type Target } from '../../db/targets.ts'
import { keepDesired, wantPrevious } from './settle.ts'

/** Takes what a host says of its installs into the history, and into the deploy if it is about its latest order there. */
export const recordHostEvents = (writing: Writing, host: Agent, events: readonly HostEvent[]): void => {
  for (const { id, ...step } of events) recordStep(writing, host, step, id)
}

/** `eventId` is what makes a repeated delivery one event; a step that was read off a report has none. */
export const recordStep = (
  writing: Writing,
  host: Agent,
  event: Omit<HostEvent, 'id'>,
  eventId?: string,
): void => {
  const target = writing.targets.get(event.deployId, host.id)
  const belongs = target?.seq === event.seq
  const state = belongs ? stateInDeploy(target, event.state) : event.state
  if (belongs && isKnown(target, state, event)) return
  const isNew = writing.emit(
    {
      kind: 'install.state',
      service: event.service,
      hostId: host.id,
      ...(belongs ? { deployId: event.deployId } : {}),
      data: {
        hostName: host.name,
        state,
        at: event.at,
        ...(event.tookMs === undefined ? {} : { tookMs: event.tookMs }),
        ...(event.error === undefined ? {} : { error: event.error }),
        ...(event.output === undefined ? {} : { output: event.output }),
      },
    },
    eventId,
  )
  if (isNew && belongs) advance(writing, target, { ...event, state })
}

/** A report was quicker than the event, or came after it. */
const isKnown = (target: Target, state: InstallState, { output, error }: Omit<HostEvent, 'id'>): boolean =>
  target.state === state &&
  target.phase !== 'restore' &&
  output === undefined &&
  (error ?? null) === target.error

/** A host that is told to take back what it had installs it like anything else: for the deploy that is its way back. */
export const stateInDeploy = ({ phase }: Target, state: InstallState): InstallState => {
  if (phase !== 'restore') return state
  if (state === 'committed' || state === 'skipped') return 'rolled-back'
  return state === 'failed' || state === 'rolled-back' ? 'failed' : 'rolling-back'
}

/** Moves a target on. What lies behind where it is already (a repeated or late message) changes nothing. */
const advance = (writing: Writing, target: Target, event: Omit<HostEvent, 'id'>): void => {
  const isAnswer = target.phase === 'restore' && target.state === event.state
  if (!isAnswer && !isInstallAhead(target.state, event.state)) return
  writing.targets.setState(target, event.state, event.error ?? null, writing.now)
  if (event.output) writing.targets.setSaid(target, tellingLines(event.output))
  if (hasGoneBack(target, event.state)) goBack(writing, target, event.service)
  if (event.state === 'skipped' && target.phase === 'stage') wantSkipped(writing, target, event.service)
  confirmIfRunning(writing, target.deployId, target.hostId, event.service)
}

const hasGoneBack = (target: Target, state: HostEvent['state']): boolean =>
  state === 'rolled-back' || (state === 'failed' && target.phase === 'activate')

/** A release may die after its deploy has ended: then nobody else sees to it that the host is to keep what it has now. */
const goBack = (writing: Writing, target: Target, service: string): void => {
  if (!wantPrevious(writing, service, target)) return
  const deploy = writing.deploys.get(target.deployId)
  if (deploy && deploy.endedAt !== null) keepDesired(writing, deploy, target)
}

/** What a host runs already it is never ordered to activate, and yet is what it should run. */
const wantSkipped = (writing: Writing, target: Target, service: string): void => {
  const { hostId, seq } = target
  if (seq !== null && writing.assignments.get(hostId, service)?.seq === seq)
    writing.assignments.setDesired(hostId, service, seq, wantedOf(target))
}

/** A deploy believes a host only when a version report shows the release running. */
export const confirmIfRunning = (
  writing: Writing,
  deployId: number,
  hostId: string,
  service: string,
): boolean => {
  const target = writing.targets.get(deployId, hostId)
  const wanted = target && !target.confirmed ? toBeRunning(target) : null
  if (!target || wanted === null) return false
  const report = writing.reports.get(hostId)?.services.find((entry) => entry.service === service)
  if (report?.running === undefined) return false
  if (!isSameEdition({ digest: report.running, config: report.config ?? null }, wanted)) return false
  writing.targets.confirm(target, writing.now)
  return true
}

/** What a host that has done as it was told runs; null as long as it has not. */
const toBeRunning = (target: Target): Edition | null => {
  const { state, phase } = target
  if (phase === 'restore') return state === 'rolled-back' ? previousOf(target) : null
  return state === 'committed' || state === 'skipped' ? wantedOf(target) : null
}
