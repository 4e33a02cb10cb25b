import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { mount } from '../mount.ts'

export const auditRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { audit } = context.store.read
  mount(app, context, api.listAudit, ({ query: { limit, ...filter } }) => ({
    entries: audit.list(filter, limit),
  }))
}
