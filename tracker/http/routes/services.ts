import type { FastifyInstance } from 'fastify'
import type { HostSelection } from '../../../shared/api/hosts.ts'
import { api } from '../../../shared/api/index.ts'
import type { ServiceView } from '../../../shared/api/services.ts'
import { unknownService } from '../../builds/build-desk.ts'
import type { TrackerContext } from '../../context.ts'
import type { Store } from '../../db/store.ts'
import { selectHosts } from '../../deploy/select-hosts.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

const viewOf = (store: Store, name: string): ServiceView => {
  const service = store.read.services.get(name)
  if (service) return service
  throw unknownService(
    name,
    store.read.services.list().map((known) => known.name),
  )
}

export const serviceRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store } = context

  mount(app, context, api.listServices, () => ({ services: store.read.services.list() }))

  mountChange(app, context, api.registerService, ({ body, write }) =>
    write((writing) => {
      writing.services.upsert({ ...body, now: writing.now })
      return { subject: `service ${body.name}`, service: body.name, response: viewOf(store, body.name) }
    }),
  )

  mountChange(app, context, api.setStandingRules, async ({ params: { name }, body: { rules }, write }) => {
    requireMeaningful(rules)
    const written = await write((writing) => {
      viewOf(store, name)
      writing.services.setRules(name, rules)
      return { subject: `service ${name}`, service: name, response: viewOf(store, name) }
    })
    context.standingRules.apply()
    return written
  })
}

/** Throws `invalid` when a pattern is none. */
const requireMeaningful = (rules: readonly HostSelection[]): void => {
  for (const rule of rules) selectHosts([], rule)
}
