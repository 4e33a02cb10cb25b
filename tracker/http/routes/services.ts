import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { Restriction } from '../../../shared/domain/restriction.ts'
import type { TrackerContext } from '../../context.ts'
import { restrictionsAt } from '../../restrictions/restrictions.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const serviceRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, now } = context

  mount(app, context, api.listServices, () => {
    const restrictions = restrictionsAt(store.read, now())
    return {
      services: store.read.services
        .list()
        .map((service) => ({ ...service, restrictions: concerning(service.name, restrictions) })),
    }
  })

  mountChange(app, context, api.registerService, ({ body, write }) =>
    write((writing) => {
      writing.services.upsert({ ...body, now: writing.now })
      const service = writing.services.get(body.name)
      if (!service) throw new Error(`service ${body.name} was not stored`)
      const restrictions = concerning(body.name, restrictionsAt(writing, writing.now))
      return { subject: `service ${body.name}`, service: body.name, response: { ...service, restrictions } }
    }),
  )
}

/** On whichever hosts. */
const concerning = (name: string, restrictions: readonly Restriction[]): Restriction[] =>
  restrictions.filter(({ service = name }) => service === name)
