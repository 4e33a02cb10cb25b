import type { DeployDetail, TargetView } from '../../../shared/api/deploys.ts'
import type { Event, LogLine } from '../../../shared/domain/event.ts'
import { failedAtAfter } from '../../../shared/domain/failures/failed-at.ts'
import type { FailureGroup } from '../../../shared/domain/failures/failure-group.ts'
import { groupFailures } from '../../../shared/domain/failures/group-failures.ts'
import { tellingLines } from '../../../shared/domain/failures/telling-lines.ts'
import type { InstallState } from '../../../shared/domain/install-state.ts'

/** One host as it is now. */
export interface HostProgress extends Pick<
  TargetView,
  | 'hostId'
  | 'hostName'
  | 'cluster'
  | 'state'
  | 'version'
  | 'config'
  | 'previousVersion'
  | 'previousConfig'
  | 'batch'
  | 'confirmed'
  | 'error'
  | 'failedAt'
  | 'said'
> {
  /** When it came into this state. */
  readonly since: number
  /** The service's own last output, of a failure. */
  readonly output: readonly string[]
}

/** What is known of a deploy while it is watched. */
export interface Progress {
  deploy: DeployDetail
  readonly hosts: Map<string, HostProgress>
  /** The newest lines of the build log, when there is a build to wait for. */
  readonly buildTail: LogLine[]
  /** While the tracker is away: since when. */
  awaySince: number | undefined
}

const keptBuildLines = 200

export const startProgress = (deploy: DeployDetail): Progress => {
  const progress: Progress = { deploy, hosts: new Map(), buildTail: [], awaySince: undefined }
  refreshProgress(progress, deploy)
  return progress
}

/** Takes over a newer view of the whole deploy; what only events tell (output) stays. */
export const refreshProgress = (progress: Progress, deploy: DeployDetail): void => {
  progress.deploy = deploy
  for (const { updatedAt, ...target } of deploy.targets) {
    const output = progress.hosts.get(target.hostId)?.output ?? []
    progress.hosts.set(target.hostId, { ...target, since: updatedAt, output })
  }
}

export const applyEvent = (progress: Progress, event: Event): void => {
  if (event.kind === 'build.log') {
    progress.buildTail.push(...event.data.lines)
    progress.buildTail.splice(0, progress.buildTail.length - keptBuildLines)
  }
  if (event.kind === 'install.state') applyInstall(progress, event)
  if (event.kind === 'deploy.state' && event.seq > progress.deploy.seq) {
    progress.deploy = { ...progress.deploy, state: event.data.state }
  }
}

const applyInstall = (progress: Progress, event: Event & { kind: 'install.state' }): void => {
  const host = event.hostId === undefined ? undefined : progress.hosts.get(event.hostId)
  if (!host) return
  const { state, error, output } = event.data
  const told = {
    ...host,
    ...(error ? { error } : {}),
    ...(output ? { output, said: tellingLines(output) } : {}),
  }
  // The history before the view that the hosts were taken from adds words, but no longer a state.
  const isNews = event.seq > progress.deploy.seq
  progress.hosts.set(host.hostId, isNews ? { ...movedTo(told, state), since: event.at } : told)
}

const movedTo = (host: HostProgress, state: InstallState): HostProgress => {
  const { failedAt: _, ...rest } = host
  const failedAt = failedAtAfter(host, state)
  return { ...rest, state, ...(failedAt === null ? {} : { failedAt }) }
}

/** Hosts that did not come through, by cause. */
export const failuresIn = ({ hosts, deploy }: Progress): FailureGroup[] =>
  groupFailures(hosts.values(), deploy.service)

/** What a state means for someone who watches. */
export type Standing = 'failed' | 'active' | 'waiting' | 'done'

const standings: Record<InstallState, Standing> = {
  assigned: 'waiting',
  accepted: 'active',
  fetching: 'active',
  verifying: 'active',
  unpacking: 'active',
  staged: 'waiting',
  stopping: 'active',
  switching: 'active',
  starting: 'active',
  checking: 'active',
  committed: 'done',
  skipped: 'done',
  'rolling-back': 'failed',
  'rolled-back': 'failed',
  failed: 'failed',
  unreachable: 'failed',
  late: 'waiting',
}

export const standingOf = (state: InstallState): Standing => standings[state]

const order: readonly Standing[] = ['failed', 'active', 'waiting', 'done']

/** Hosts as people want to read them: what failed first, then what moves, what waits, what is done. */
export const hostsInOrder = (progress: Progress): HostProgress[] =>
  [...progress.hosts.values()].sort(
    (a, b) =>
      order.indexOf(standingOf(a.state)) - order.indexOf(standingOf(b.state)) ||
      a.batch - b.batch ||
      a.hostName.localeCompare(b.hostName, 'en', { numeric: true }),
  )
