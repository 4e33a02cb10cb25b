import type { FastifyInstance } from 'fastify'
import type { Freeze } from '../../../shared/api/freezes.ts'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { addFreeze, listFreezes, removeFreeze } from '../../restrictions/freezes.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const freezeRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, now } = context

  mount(app, context, api.listFreezes, () => ({ freezes: listFreezes(store.read, now()) }))

  mountChange(app, context, api.addFreeze, ({ body, caller, write }) =>
    write((writing) => told(addFreeze(writing, body, caller.name))),
  )

  mountChange(app, context, api.removeFreeze, ({ params, write }) =>
    write((writing) => told(removeFreeze(writing, params.name))),
  )
}

const told = (freeze: Freeze) => ({
  subject: `freeze ${freeze.name}`,
  ...(freeze.service === undefined ? {} : { service: freeze.service }),
  response: freeze,
})
