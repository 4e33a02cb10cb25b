import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { link, linkViewOf, unlink } from '../../links/changes.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const linkRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  mount(app, context, api.listLinks, () => ({ links: context.store.read.links.list().map(linkViewOf) }))

  mountChange(app, context, api.linkService, ({ params: { name }, body, caller, write }) =>
    write((writing) => told(name, link(writing, name, body.base, caller.name))),
  )

  mountChange(app, context, api.unlinkService, ({ params: { name, base }, write }) =>
    write((writing) => told(name, unlink(writing, name, base))),
  )
}

const told = <Response>(service: string, response: Response) => ({
  subject: `service ${service}`,
  service,
  response,
})
