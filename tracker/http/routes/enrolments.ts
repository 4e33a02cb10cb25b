import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { TrackerContext } from '../../context.ts'
import { mountChange } from '../mount-change.ts'

export const enrolmentRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { enrolments } = context

  mountChange(app, context, api.createEnrolment, ({ body, write }) =>
    write((writing) => ({
      subject: `${body.kind} ${body.name}`,
      response: enrolments.create(writing, body),
    })),
  )

  mountChange(app, context, api.enrol, async ({ body, write }) => {
    const committed = await write((writing) => {
      const agent = enrolments.enrol(writing, body)
      const kind = agent.cluster === undefined ? 'packer' : 'host'
      return { who: agent.name, subject: `${kind} ${agent.name}`, response: agent }
    })
    enrolments.admit()
    return committed
  })
}
