import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { mount } from '../mount.ts'

export const eventRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { events } = context.store.read
  mount(app, context, api.listEvents, ({ query: { since, limit, ...filter } }) => ({
    events: events.list(filter, since, limit),
    latest: events.latest(),
  }))
}
