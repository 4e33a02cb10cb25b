import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { DeployDetail } from '../../../shared/api/deploys.ts'
import { groupFailures } from '../../../shared/domain/failures/group-failures.ts'
import type { TrackerContext } from '../../context.ts'
import {
  requestCancel,
  requestDeploy,
  requestRetry,
  requestRollback,
  requireDeploy,
} from '../../deploy/requests.ts'
import { deployDetailOf, deployViewOf } from '../../deploy/views.ts'
import { mount } from '../mount.ts'

export const deployRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store } = context
  const detail = (id: number): DeployDetail => deployDetailOf(store, requireDeploy(store, id))

  mount(app, context, api.createDeploy, async ({ body, caller }) =>
    detail(await requestDeploy(context, body, { createdBy: caller.name, reason: body.reason })),
  )

  mount(app, context, api.listDeploys, ({ query }) => ({
    deploys: store.read.deploys
      .list({ service: query.service, before: query.before, limit: query.limit })
      .map((deploy) => deployViewOf(store, deploy)),
  }))

  mount(app, context, api.getDeploy, ({ params }) => detail(params.id))

  mount(app, context, api.listFailures, ({ params }) => {
    const { targets, service } = detail(params.id)
    return { failures: groupFailures(targets, service) }
  })

  mount(app, context, api.retryDeploy, async ({ params, body, caller }) =>
    detail(await requestRetry(context, params.id, { createdBy: caller.name, reason: body.reason })),
  )

  mount(app, context, api.rollbackDeploy, async ({ params, body, caller }) =>
    detail(await requestRollback(context, params.id, { createdBy: caller.name, reason: body.reason })),
  )

  mount(app, context, api.cancelDeploy, async ({ params, body, caller }) =>
    detail(await requestCancel(context, params.id, { createdBy: caller.name, reason: body.reason })),
  )
}
