import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import { isAtRest, type InstallState } from '../../../shared/domain/install-state.ts'
import { PersonError } from '../../../shared/errors.ts'
import { buildBoard, type HostFacts, type Wanted } from '../../../versions/board/board.ts'
import type { TrackerContext } from '../../context.ts'
import type { HostRow } from '../../db/agents.ts'
import type { Store } from '../../db/store.ts'
import { factsAt } from '../../fleet/past.ts'
import { hostViewOf } from '../../fleet/host-view.ts'
import { mount } from '../mount.ts'
import { queryHosts } from './hosts.ts'

export const versionRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, now } = context
  mount(app, context, api.getVersions, async ({ query }) => {
    const { at = now() } = query
    if (at > now()) throw inTheFuture()
    const hosts = queryHosts(context, query)
    return buildBoard({
      hosts:
        query.at === undefined
          ? factsOf(context, hosts)
          : await factsAt(store, hosts, at, context.presence.silentAfterMs),
      versions: store.read.artifacts.versionsByDigest(),
      service: query.service,
      outOfSyncOnly: query.outOfSync === 'true',
      now: at,
      seq: store.read.events.latest(),
    })
  })
}

const inTheFuture = (): PersonError =>
  new PersonError('invalid', 'What runs in the future is not known.', {
    field: 'at',
    hint: 'Give a moment of the past, or leave it out for now.',
  })

const factsOf = ({ store, presence }: TrackerContext, hosts: readonly HostRow[]): HostFacts[] => {
  const reports = new Map(store.read.reports.list().map((report) => [report.hostId, report.services]))
  const installing = installingNow(store)
  const takenBack = new Map(
    store.read.targets.takenBack().map((lost) => [`${lost.hostId} ${lost.service}`, lost]),
  )
  const wanted = new Map<string, Wanted[]>()
  for (const { hostId, service, desired, desiredConfig } of store.read.assignments.list()) {
    const state = installing.get(`${hostId} ${service}`)
    const list = wanted.get(hostId) ?? []
    list.push({
      service,
      desired,
      desiredConfig,
      installing: state,
      takenBack: takenBack.get(`${hostId} ${service}`),
    })
    wanted.set(hostId, list)
  }
  return hosts.map((host) => ({
    host: hostViewOf(host, presence),
    reports: reports.get(host.id) ?? [],
    wanted: wanted.get(host.id) ?? [],
  }))
}

/** Hosts that a running deploy is activating: what they run changes at any moment, so it is not held against them. */
const installingNow = (store: Store): Map<string, InstallState> =>
  new Map(
    store.read.deploys.running().flatMap((deploy) =>
      store.read.targets
        .list(deploy.id)
        .filter((target) => target.phase === 'activate' && !isAtRest(target.state))
        .map((target) => [`${target.hostId} ${deploy.service}`, target.state] as const),
    ),
  )
