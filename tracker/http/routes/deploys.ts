import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { DeployDetail } from '../../../shared/api/deploys.ts'
import { groupFailures } from '../../../shared/domain/failures/group-failures.ts'
import { deployTransitions, type DeployControl } from '../../../shared/domain/deploy-state.ts'
import { isEnd } from '../../../shared/domain/transitions.ts'
import type { TrackerContext } from '../../context.ts'
import { controlDeploy } from '../../deploy/controls.ts'
import type { Author } from '../../deploy/insert.ts'
import { requestDeploy, requestRetry, requestRollback, requireDeploy } from '../../deploy/requests.ts'
import { deployDetailOf, deployViewOf } from '../../deploy/views.ts'
import type { Caller } from '../caller.ts'
import { mount } from '../mount.ts'

export const deployRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store } = context
  const detail = (id: number): DeployDetail => deployDetailOf(store, requireDeploy(store, id), context.now())

  mount(app, context, api.createDeploy, async ({ body, caller }) =>
    detail(await requestDeploy(context, body, authorOf(caller, body))),
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
    detail(await requestRetry(context, params.id, authorOf(caller, body))),
  )

  const control = async (control: DeployControl, id: number, author: Author): Promise<DeployDetail> => {
    await controlDeploy(store, () => requireDeploy(store, id), control, author)
    return detail(id)
  }
  mount(app, context, api.pauseDeploy, ({ params, body, caller }) =>
    control('pause', params.id, authorOf(caller, body)),
  )
  mount(app, context, api.resumeDeploy, ({ params, body, caller }) =>
    control('resume', params.id, authorOf(caller, body)),
  )
  mount(app, context, api.promoteDeploy, ({ params, body, caller }) =>
    control('promote', params.id, authorOf(caller, body)),
  )
  mount(app, context, api.cancelDeploy, ({ params, body, caller }) =>
    control('cancel', params.id, authorOf(caller, body)),
  )

  mount(app, context, api.rollbackDeploy, async ({ params, body, caller }) => {
    const author = authorOf(caller, body)
    const isRunning = !isEnd(deployTransitions, requireDeploy(store, params.id).state)
    return isRunning
      ? control('rollback', params.id, author)
      : detail(await requestRollback(context, params.id, author))
  })
}

const authorOf = ({ name }: Caller, { reason }: { reason?: string | undefined }): Author => ({
  createdBy: name,
  reason,
})
