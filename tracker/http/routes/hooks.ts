import type { FastifyInstance } from 'fastify'
import type * as z from 'zod'
import { api } from '../../../shared/api/index.ts'
import { PersonError } from '../../../shared/errors.ts'
import { requireService } from '../../builds/find-service.ts'
import type { TrackerContext } from '../../context.ts'
import type { Hook } from '../../db/hooks.ts'
import type { Tables } from '../../db/store.ts'
import { selectHosts } from '../../deploy/request/select-hosts.ts'
import { requireHook } from '../../hooks/find-hook.ts'
import { statusesAddress } from '../../hooks/statuses/address.ts'
import { deliveryViewOf, hookViewOf } from '../../hooks/views.ts'
import { requireCallable } from '../../notify/callable.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

const maxHooks = 500

export const hookRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, hooks } = context
  const view = (tables: Tables, hook: Hook) => hookViewOf(tables, hook, hooks.trackerUrl)

  mount(app, context, api.listHooks, ({ query: { service } }) => ({
    hooks: store.read.hooks
      .list()
      .filter((hook) => service === undefined || hook.service === service)
      .map((hook) => view(store.read, hook)),
  }))

  mount(app, context, api.getHook, ({ params: { name } }) => {
    const hook = requireHook(store.read, name)
    const deliveries = store.read.deliveries.list(hook.id)
    return {
      ...view(store.read, hook),
      deliveries: deliveries.map((delivery) => deliveryViewOf(delivery, hooks.trackerUrl)),
    }
  })

  mountChange(app, context, api.addHook, ({ body, caller, write }) => {
    const { name, from: source, statusToken } = body
    if (body.deploy) selectHosts([], body.deploy)
    requireToken(body)
    return write((writing) => {
      requireRoom(writing, name)
      const { repo } = requireService(writing, body.service)
      const statusesTo = statusToken === undefined ? null : statusesAddress(source, repo, body.forgeUrl)
      if (statusesTo !== null) requireCallable(new URL(statusesTo))
      const { stored, shown } = hooks.issue({ name, source }, statusToken)
      writing.hooks.insert({
        ...stored,
        name,
        source,
        service: body.service,
        branches: body.branches,
        tags: body.tags,
        paths: body.paths,
        deploy: body.deploy ?? null,
        statusesTo,
        createdBy: caller.name,
        createdAt: writing.now,
      })
      const hook = requireHook(writing, name)
      return { ...subjectOf(hook), response: { ...view(writing, hook), ...shown } }
    })
  })

  mountChange(app, context, api.rotateHook, ({ params: { name }, write }) =>
    write((writing) => {
      const hook = requireHook(writing, name)
      const { stored, shown } = hooks.issueAnew(hook)
      writing.hooks.rotate(hook.id, stored)
      return { ...subjectOf(hook), response: { ...view(writing, hook), ...shown } }
    }),
  )

  mountChange(app, context, api.removeHook, ({ params: { name }, write }) =>
    write((writing) => {
      const hook = requireHook(writing, name)
      const response = view(writing, hook)
      writing.hooks.remove(hook.id)
      return { ...subjectOf(hook), response }
    }),
  )
}

const subjectOf = ({ name, service }: Hook) => ({ subject: `hook ${name}`, service })

const requireToken = ({ statusToken, forgeUrl }: z.output<typeof api.addHook.body>): void => {
  if (forgeUrl === undefined || statusToken !== undefined) return
  throw new PersonError('invalid', 'Where the forge is matters only with a token for its statuses.', {
    field: 'forgeUrl',
    hint: 'Give a token too, or leave the forge’s address out.',
  })
}

const requireRoom = ({ hooks }: Tables, name: string): void => {
  if (hooks.named(name)) {
    throw new PersonError('conflict', `There is a hook ${name} already.`, {
      field: 'name',
      hint: `Take another name, or remove that one: \`tracker hooks remove ${name}\`.`,
    })
  }
  if (hooks.list().length >= maxHooks) {
    throw new PersonError('conflict', `There are ${maxHooks} hooks, and may be no more.`, {
      hint: 'Remove one that nobody needs: `tracker hooks list`.',
    })
  }
}
