import type { FastifyInstance } from 'fastify'
import type * as z from 'zod'
import type { HostQuery } from '../../../shared/api/hosts.ts'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import type { HostRow } from '../../db/agents.ts'
import { selectHosts } from '../../deploy/request/select-hosts.ts'
import { hostViewOf } from '../../fleet/host-view.ts'
import { mount } from '../mount.ts'

export const hostRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  mount(app, context, api.listHosts, ({ query }) => ({
    hosts: queryHosts(context, query).map((host) => hostViewOf(host, context.presence)),
  }))
}

export const queryHosts = ({ store }: TrackerContext, query: z.output<typeof HostQuery>): HostRow[] =>
  selectHosts(store.read.agents.hosts(), {
    clusters: query.cluster,
    labels: query.label,
    ...(query.pattern === undefined ? {} : { pattern: query.pattern }),
  })
