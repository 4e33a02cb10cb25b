import type { FastifyInstance } from 'fastify'
import type { HostSelection } from '../../../shared/api/hosts.ts'
import { api } from '../../../shared/api/index.ts'
import type { ServiceView } from '../../../shared/api/services.ts'
import type { Restriction } from '../../../shared/domain/restriction.ts'
import { requireService } from '../../builds/find-service.ts'
import type { TrackerContext } from '../../context.ts'
import type { Service } from '../../db/services.ts'
import type { Tables } from '../../db/store.ts'
import { selectHosts } from '../../deploy/request/select-hosts.ts'
import { restrictionsAt } from '../../restrictions/restrictions.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const serviceRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, now } = context

  mount(app, context, api.listServices, () => {
    const restrictions = restrictionsAt(store.read, now())
    return { services: store.read.services.list().map((service) => viewOf(service, restrictions)) }
  })

  mountChange(app, context, api.registerService, ({ body, write }) =>
    write((writing) => {
      writing.services.upsert({ ...body, now: writing.now })
      return changed(writing, body.name, writing.now)
    }),
  )

  mountChange(app, context, api.setStandingRules, async ({ params: { name }, body: { rules }, write }) => {
    requireMeaningful(rules)
    const written = await write((writing) => {
      writing.services.setRules(name, rules)
      return changed(writing, name, writing.now)
    })
    context.standingRules.apply()
    return written
  })
}

const changed = (tables: Tables, name: string, now: number) => {
  const service = requireService(tables, name)
  return {
    subject: `service ${name}`,
    service: name,
    response: viewOf(service, restrictionsAt(tables, now)),
  }
}

/** With what keeps it from being deployed, on whichever hosts. */
const viewOf = (service: Service, restrictions: readonly Restriction[]): ServiceView => ({
  ...service,
  restrictions: restrictions.filter(({ service: name = service.name }) => name === service.name),
})

/** Throws `invalid` when a pattern is none. */
const requireMeaningful = (rules: readonly HostSelection[]): void => {
  for (const rule of rules) selectHosts([], rule)
}
