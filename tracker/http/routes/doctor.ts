import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import { appVersion } from '../../../shared/command-line.ts'
import type { TrackerContext } from '../../context.ts'
import { mount } from '../mount.ts'

export const doctorRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  mount(app, context, api.examine, async () => ({
    version: appVersion,
    at: context.now(),
    checks: await context.examine(),
  }))
}
