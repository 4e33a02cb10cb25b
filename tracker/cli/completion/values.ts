import { listArtifacts, type ArtifactView } from '../../../shared/api/artifacts.ts'
import { listBuilds, type BuildView } from '../../../shared/api/builds.ts'
import { listDeploys, type DeployView } from '../../../shared/api/deploys.ts'
import { listFreezes } from '../../../shared/api/freezes.ts'
import { listHooks } from '../../../shared/api/hooks.ts'
import { listHosts, type HostView } from '../../../shared/api/hosts.ts'
import { listLocks } from '../../../shared/api/locks.ts'
import { listNotifiers } from '../../../shared/api/notifiers.ts'
import type { RequestOf, ResponseOf, Route } from '../../../shared/api/route.ts'
import { listServices } from '../../../shared/api/services.ts'
import { count } from '../../../shared/wording.ts'
import { ageOf } from '../output/times.ts'

/** What could stand at the cursor, and what to say of it where the shell shows that. */
export interface Candidate {
  readonly value: string
  readonly about: string
}

/** Asks the tracker that the command line is about. */
export type Ask = <R extends Route>(route: R, request: RequestOf<R>) => Promise<ResponseOf<R>>

type Values = (ask: Ask, typed: string) => Promise<Candidate[]>

const services: Values = async (ask) =>
  (await ask(listServices, {})).services.map(({ name, lastDeploy: last }) => ({
    value: name,
    about: last ? `${last.version}, ${last.state} ${ago(last.createdAt)}` : 'never deployed',
  }))

/** `web@`, and once the service is there its versions; `web@sha256:` asks for artifacts that are kept, by their digests. */
const servicesAndVersions: Values = async (ask, typed) => {
  const at = typed.indexOf('@')
  if (at < 0) return (await services(ask, typed)).map((each) => ({ ...each, value: `${each.value}@` }))
  const service = typed.slice(0, at)
  const query = { service, limit: 200 }
  if (typed.startsWith('sha256:', at + 1))
    return (await ask(listArtifacts, { query })).artifacts.map(digestCandidate)
  const { builds } = await ask(listBuilds, { query })
  return onlyOnce(
    builds.filter(({ state }) => state !== 'failed' && state !== 'cancelled').map(versionCandidate),
  )
}

const deploys: Values = async (ask) => (await recentDeploys(ask)).map(deployCandidate)

const runningDeploys: Values = async (ask) =>
  (await recentDeploys(ask)).filter(({ endedAt }) => endedAt === undefined).map(deployCandidate)

const deploysAndServices: Values = async (ask, typed) =>
  (await Promise.all([services(ask, typed), deploys(ask, typed)])).flat()

const builds: Values = async (ask) => (await recentBuilds(ask)).map(buildCandidate)

const runningBuilds: Values = async (ask) =>
  (await recentBuilds(ask)).filter(({ endedAt }) => endedAt === undefined).map(buildCandidate)

const hostNames: Values = async (ask) =>
  (await hosts(ask)).map(({ name, cluster, state }) => ({ value: name, about: `${cluster}, ${state}` }))

const clusters: Values = async (ask) => tally((await hosts(ask)).map(({ cluster }) => cluster))

const labels: Values = async (ask) =>
  tally((await hosts(ask)).flatMap((host) => Object.entries(host.labels).map((label) => label.join('='))))

const lockedServices: Values = async (ask) =>
  onlyOnce(
    (await ask(listLocks, {})).locks.map(({ service, owner, reason }) => ({
      value: service,
      about: `locked by ${owner}: ${reason}`,
    })),
  )

const freezes: Values = async (ask) =>
  (await ask(listFreezes, {})).freezes.map(({ name, reason }) => ({ value: name, about: reason }))

const timeZones: Values = () =>
  Promise.resolve(Intl.supportedValuesOf('timeZone').map((value) => ({ value, about: '' })))

const hooks: Values = async (ask) =>
  (await ask(listHooks, {})).hooks.map(({ name, service, from }) => ({
    value: name,
    about: `${service}, from ${from}`,
  }))

const notifiers: Values = async (ask) =>
  (await ask(listNotifiers, {})).notifiers.map(({ name, host }) => ({ value: name, about: host }))

/** By a flag, or by an argument as help shows it, where it matters with its command. What is not here has no candidates. */
export const valuesOf: Readonly<Record<string, Values | 'files'>> = {
  '<service[@ref]>': servicesAndVersions,
  '<service>': services,
  '[service]': services,
  'cancel <build>': runningBuilds,
  '<base>': services,
  '<id>': deploys,
  'cancel <id>': runningDeploys,
  'pause <id>': runningDeploys,
  'resume <id>': runningDeploys,
  'promote <id>': runningDeploys,
  '<id | service>': deploysAndServices,
  'unlock <service>': lockedServices,
  'remove <name>': freezes,
  '<hook>': hooks,
  '<notifier>': notifiers,
  '<build>': builds,
  '<repo>': 'files',
  '<dir>': 'files',
  '--from-file': 'files',
  '--build': builds,
  '--cluster': clusters,
  '--host': hostNames,
  '--label': labels,
  '--service': services,
  '--zone': timeZones,
}

const hosts = async (ask: Ask): Promise<HostView[]> => (await ask(listHosts, {})).hosts

const recentDeploys = async (ask: Ask): Promise<DeployView[]> =>
  (await ask(listDeploys, { query: { limit: 50 } })).deploys

const recentBuilds = async (ask: Ask): Promise<BuildView[]> =>
  (await ask(listBuilds, { query: { limit: 50 } })).builds

const buildCandidate = ({ id, service, version, state, createdAt }: BuildView): Candidate => ({
  value: String(id),
  about: `${service} ${version}, ${state} ${ago(createdAt)}`,
})

const versionCandidate = ({ service, version, subject, createdAt }: BuildView): Candidate => ({
  value: `${service}@${version}`,
  about: `built ${ago(createdAt)}: ${subject}`,
})

const digestCandidate = ({ service, version, digest, createdAt }: ArtifactView): Candidate => ({
  value: `${service}@sha256:${digest.slice(0, 12)}`,
  about: `${version}, built ${ago(createdAt)}`,
})

const deployCandidate = ({ id, service, version, state, createdAt }: DeployView): Candidate => ({
  value: String(id),
  about: `${service} ${version}, ${state} ${ago(createdAt)}`,
})

const ago = (at: number): string => `${ageOf(at, Date.now())} ago`

/** Each word once, in the order of the alphabet, with how many hosts have it. */
const tally = (words: readonly string[]): Candidate[] => {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].sort().map(([value, number]) => ({ value, about: count(number, 'host') }))
}

const onlyOnce = (candidates: readonly Candidate[]): Candidate[] => {
  const first = new Map<string, Candidate>()
  for (const candidate of candidates) if (!first.has(candidate.value)) first.set(candidate.value, candidate)
  return [...first.values()]
}
