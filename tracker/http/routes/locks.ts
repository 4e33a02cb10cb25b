import type { FastifyInstance } from 'fastify'
import type { Lock } from '../../../shared/api/locks.ts'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { releaseLock, takeLock } from '../../restrictions/locks.ts'
import { describePlace } from '../../../shared/domain/place.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const lockRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, now } = context

  mount(app, context, api.listLocks, () => ({ locks: store.read.locks.list(now()) }))

  mountChange(app, context, api.takeLock, ({ body, caller, write }) =>
    write((writing) => told(takeLock(writing, body, caller.name))),
  )

  mountChange(app, context, api.releaseLock, ({ body, write }) =>
    write((writing) => told(releaseLock(writing, body))),
  )
}

const told = (lock: Lock) => {
  const subject = `lock of ${lock.owner} on ${describePlace(lock)}`
  return { subject, service: lock.service, response: lock }
}
