import { Option, type Command } from 'commander'
import { getDeploy, listDeploys, type DeployDetail, type DeployView } from '../../../shared/api/deploys.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { editionText } from '../../../shared/domain/edition-text.ts'
import { DeployState } from '../../../shared/domain/deploy-state.ts'
import { ClusterName, HostName, ServiceName } from '../../../shared/domain/names.ts'
import { groupFailures } from '../../../shared/domain/failures/group-failures.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { parseDeployId } from '../arguments.ts'
import { painter, type Paint } from '../output/palette.ts'
import { table } from '../output/table.ts'
import { ageOf } from '../output/times.ts'
import { fit } from '../output/width.ts'
import { addPeriodFlags, periodOf, type PeriodFlags } from '../period.ts'
import { call, openSession, print } from '../session.ts'
import { failureLines } from '../watch/failure-lines.ts'
import { hostLine } from '../watch/host-line.ts'
import { failuresIn, hostsInOrder, startProgress, type HostProgress } from '../watch/progress.ts'
import { tallyOf, titleOf, toneOfState } from '../watch/summary.ts'
import { waitLines } from '../watch/wait-line.ts'

interface Flags extends PeriodFlags {
  readonly service?: string
  readonly state?: DeployState
  readonly host?: string
  readonly cluster?: string
  readonly who?: string
}

export const defineStatus = (command: Command): void => {
  command
    .argument('[id]', 'one deploy; left out: the recent ones')
    .option('--service <name>', 'only deploys of this service')
    .addOption(new Option('--state <state>', 'only deploys in this state').choices(DeployState.options))
    .option('--host <name>', 'only deploys to this host')
    .option('-c, --cluster <name>', 'only deploys to hosts of this cluster')
    .option('--who <name>', 'only deploys that this token made')
  addPeriodFlags(command, 20).action(async (text: string | undefined, flags: Flags) =>
    text === undefined ? showRecent(command, flags) : showOne(command, parseDeployId(text)),
  )
}

const showRecent = async (command: Command, flags: Flags): Promise<void> => {
  const query = { ...narrowing(flags), ...periodOf(flags, Date.now()) }
  const session = await openSession(command)
  const answer = await call(session, listDeploys, { query })
  const { columns, colour } = session.output
  print(session, answer, () =>
    answer.deploys.length === 0
      ? [isNarrowed(query) ? 'No such deploys.' : nothingYet]
      : deployLines(answer.deploys, Date.now(), columns, painter(colour)),
  )
}

const isNarrowed = ({ limit: _, ...narrowing }: object & { limit: number }): boolean =>
  Object.values(narrowing).some((value) => value !== undefined)

const nothingYet = 'Nothing was deployed yet. Try: tracker deploy SERVICE -c CLUSTER'

const narrowing = ({ service, state, host, cluster, who }: Flags) => ({
  ...(service === undefined ? {} : { service: parseSetting(ServiceName, '--service', service) }),
  state,
  ...(host === undefined ? {} : { host: parseSetting(HostName, '--host', host) }),
  ...(cluster === undefined ? {} : { cluster: parseSetting(ClusterName, '--cluster', cluster) }),
  createdBy: who,
})

const showOne = async (command: Command, id: number): Promise<void> => {
  const session = await openSession(command)
  const deploy = await call(session, getDeploy, { params: { id } })
  const { columns, colour } = session.output
  const answer = { ...deploy, failures: groupFailures(deploy.targets, deploy.service) }
  print(session, answer, () => detailLines(deploy, Date.now(), columns, painter(colour)))
}

export const deployLines = (
  deploys: readonly DeployView[],
  now: number,
  columns: number,
  paint: Paint,
): string[] =>
  table(
    ['ID', 'SERVICE', 'VERSION', 'STATE', 'HOSTS', 'AGE', 'BY', 'REASON'],
    deploys.map((deploy) => [
      String(deploy.id),
      deploy.service,
      editionText(deploy.version, deploy.config),
      paint(toneOfState(deploy.state), deploy.state),
      `${(deploy.counts.committed ?? 0) + (deploy.counts.skipped ?? 0)}/${deploy.total}`,
      ageOf(deploy.createdAt, now),
      safeText(deploy.createdBy),
      safeText(deploy.reason ?? ''),
    ]),
    columns,
  )

export const detailLines = (deploy: DeployDetail, now: number, columns: number, paint: Paint): string[] => {
  const progress = startProgress(deploy)
  const hosts = hostsInOrder(progress)
  const nameWidth = Math.max(0, ...hosts.map(({ hostName }) => hostName.length))
  const causes = failureLines(failuresIn(progress), deploy.id, paint)
  return [
    `${paint('strong', titleOf(deploy))}  ${paint(toneOfState(deploy.state), deploy.state)}`,
    `  by ${safeText(deploy.createdBy)}, ${ageOf(deploy.createdAt, now)} ago${deploy.reason ? `: ${safeText(deploy.reason)}` : ''}`,
    ...waitLines(deploy, now),
    ...(deploy.error ? [`  ${paint('bad', safeText(deploy.error))}`] : []),
    ...deploy.warnings.map((warning) => `  note: ${safeText(warning)}`),
    ...(hosts.length > 0 ? [`  ${tallyOf(progress)}${unconfirmed(hosts)}`] : []),
    ...causes,
    ...(causes.length > 0 ? [''] : []),
    ...hosts.map((host) => fit(hostLine(withoutError(host), nameWidth, now, paint), columns)),
  ]
}

/** Why it failed was said of all hosts with this cause. */
const withoutError = ({ error: _, ...host }: HostProgress): HostProgress => host

/** A host has a version for certain once its own report has shown it running. */
const unconfirmed = (hosts: readonly HostProgress[]): string => {
  const waiting = hosts.filter(({ state, confirmed }) => state === 'committed' && !confirmed).length
  return waiting > 0 ? ` (${waiting} not yet confirmed by a version report)` : ''
}
