import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { mount } from '../mount.ts'

export const enrolmentRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { enrolments } = context
  mount(app, context, api.createEnrolment, ({ body }) => enrolments.create(body))
  mount(app, context, api.enrol, ({ body }) => enrolments.enrol(body))
}
