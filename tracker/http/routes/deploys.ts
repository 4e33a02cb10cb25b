import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { DeployDetail } from '../../../shared/api/deploys.ts'
import type { Writing } from '../../db/store.ts'
import type { DeployWrite } from '../../deploy/insert.ts'
import type { TrackerContext } from '../../context.ts'
import {
  requestCancel,
  requestDeploy,
  requestRetry,
  requestRollback,
  requireDeploy,
} from '../../deploy/requests.ts'
import { deployDetailOf, deployViewOf } from '../../deploy/views.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const deployRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store } = context
  const detail = (id: number): DeployDetail => deployDetailOf(store, requireDeploy(store, id))
  /** What is written, and what it says of itself. */
  const told = (request: DeployWrite) => (writing: Writing) => {
    const response = detail(request(writing))
    return { subject: `deploy ${response.id}`, service: response.service, response }
  }

  mountChange(app, context, api.createDeploy, async ({ body, caller, write }) =>
    write(told(await requestDeploy(context, body, { createdBy: caller.name, reason: body.reason }))),
  )

  mount(app, context, api.listDeploys, ({ query: { limit, ...filter } }) => ({
    deploys: store.read.deploys.list(filter, limit).map((deploy) => deployViewOf(store, deploy)),
  }))

  mount(app, context, api.getDeploy, ({ params }) => detail(params.id))

  mountChange(app, context, api.retryDeploy, async ({ params, body, caller, write }) =>
    write(told(await requestRetry(context, params.id, { createdBy: caller.name, reason: body.reason }))),
  )

  mountChange(app, context, api.rollbackDeploy, async ({ params, body, caller, write }) =>
    write(told(requestRollback(context, params.id, { createdBy: caller.name, reason: body.reason }))),
  )

  mountChange(app, context, api.cancelDeploy, async ({ params, body, caller, write }) =>
    write(told(requestCancel(context, params.id, { createdBy: caller.name, reason: body.reason }))),
  )
}
