import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const serviceRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store } = context

  mount(app, context, api.listServices, () => ({ services: store.read.services.list() }))

  mountChange(app, context, api.registerService, ({ body, write }) =>
    write((writing) => {
      writing.services.upsert({ ...body, now: writing.now })
      const service = writing.services.get(body.name)
      if (!service) throw new Error(`service ${body.name} was not stored`)
      return { subject: `service ${body.name}`, service: body.name, response: service }
    }),
  )
}
