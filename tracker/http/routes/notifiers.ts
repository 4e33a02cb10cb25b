import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import { PersonError } from '../../../shared/errors.ts'
import { some } from '../../../shared/wording.ts'
import { requireService } from '../../builds/find-service.ts'
import type { TrackerContext } from '../../context.ts'
import type { Notifier } from '../../db/notifiers.ts'
import type { Tables } from '../../db/store.ts'
import { requireCallable } from '../../notify/callable.ts'
import { notifierViewOf } from '../../notify/views.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

/** Each of them may be calling somebody at any time. */
const maxNotifiers = 100

export const notifierRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, notifications } = context

  mount(app, context, api.listNotifiers, () => ({
    notifiers: store.read.notifiers.list().map(notifierViewOf),
  }))

  mountChange(app, context, api.addNotifier, async ({ body, caller, write }) => {
    const { name, url, format, service, cluster, on } = body
    requireCallable(new URL(url))
    const committed = await write((writing) => {
      requireRoom(writing, name)
      if (service !== undefined) requireService(writing, service)
      const { sealed, secret } = notifications.seal(name, url)
      writing.notifiers.insert({
        name,
        host: new URL(url).origin,
        sealed,
        format,
        service: service ?? null,
        cluster: cluster ?? null,
        outcomes: [...new Set(on)],
        createdBy: caller.name,
        createdAt: writing.now,
        toldThrough: writing.events.latest(),
      })
      const view = notifierViewOf(requireNotifier(writing, name))
      return { ...subjectOf(view), response: { ...view, secret } }
    })
    notifications.look()
    return committed
  })

  mountChange(app, context, api.removeNotifier, async ({ params: { name }, write }) => {
    const committed = await write((writing) => {
      const notifier = requireNotifier(writing, name)
      writing.notifiers.remove(notifier.id)
      const view = notifierViewOf(notifier)
      return { ...subjectOf(view), response: view }
    })
    notifications.look()
    return committed
  })

  mountChange(app, context, api.testNotifier, async ({ params: { name }, caller, write }) => {
    const notifier = requireNotifier(store.read, name)
    const error = await notifications.test(notifier, caller.name)
    return write(() => ({
      ...subjectOf(notifierViewOf(notifier)),
      response: error === undefined ? {} : { error },
    }))
  })
}

const subjectOf = ({ name, service }: { name: string; service?: string | undefined }) => ({
  subject: `notifier ${name}`,
  ...(service === undefined ? {} : { service }),
})

const requireNotifier = ({ notifiers }: Tables, name: string): Notifier => {
  const found = notifiers.named(name)
  if (found) return found
  const known = notifiers.list().map((notifier) => notifier.name)
  throw new PersonError('not-found', `There is no notifier ${name}.`, {
    field: 'name',
    hint: known.length === 0 ? 'Add one: `tracker notify add NAME URL`.' : `There are ${some(known)}.`,
  })
}

const requireRoom = ({ notifiers }: Tables, name: string): void => {
  if (notifiers.named(name)) {
    throw new PersonError('conflict', `There is a notifier ${name} already.`, {
      field: 'name',
      hint: `Take another name, or remove that one: \`tracker notify remove ${name}\`.`,
    })
  }
  if (notifiers.list().length >= maxNotifiers) {
    throw new PersonError('conflict', `There are ${maxNotifiers} notifiers, and may be no more.`, {
      hint: 'Remove one that nobody needs: `tracker notify list`.',
    })
  }
}
