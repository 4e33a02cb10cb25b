import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { makePlan, requirePlan } from '../../plan/make-plan.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const planRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  mountChange(app, context, api.createPlan, async ({ body, caller, write }) => {
    const keep = await makePlan(context, body, caller.name)
    return write((writing) => {
      const response = keep(writing)
      return { subject: `plan ${response.id}`, service: response.service, response }
    })
  })

  mount(app, context, api.getPlan, ({ params }) => requirePlan(context.store, params.id, context.now()).plan)
}
