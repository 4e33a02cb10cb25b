import type { FastifyInstance } from 'fastify'
import type * as z from 'zod'
import { api } from '../../../shared/api/index.ts'
import type { DeployDetail } from '../../../shared/api/deploys.ts'
import { PersonError } from '../../../shared/errors.ts'
import type { Writing } from '../../db/store.ts'
import { groupFailures } from '../../../shared/domain/failures/group-failures.ts'
import type { TrackerContext } from '../../context.ts'
import { controlDeploy } from '../../deploy/request/controls.ts'
import type { Author, DeployWrite } from '../../deploy/request/insert.ts'
import { requireDeploy } from '../../deploy/find-deploy.ts'
import { requestDeploy, requestRetry, requestRollback } from '../../deploy/request/requests.ts'
import { deployDetailOf, deployViewOf } from '../../deploy/views.ts'
import { deployPlan } from '../../plan/deploy-plan.ts'
import type { Caller } from '../caller.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

const controls = [
  ['pause', api.pauseDeploy],
  ['resume', api.resumeDeploy],
  ['promote', api.promoteDeploy],
  ['cancel', api.cancelDeploy],
] as const

export const deployRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store } = context
  const detail = (id: number): DeployDetail => deployDetailOf(store, requireDeploy(store, id), context.now())
  /** What is written, and what it says of itself. */
  const told = (request: DeployWrite) => (writing: Writing) => {
    const response = detail(request(writing))
    return { subject: `deploy ${response.id}`, service: response.service, response }
  }

  mountChange(app, context, api.createDeploy, async ({ body, caller, write }) =>
    write(told(await requested(context, body, caller))),
  )

  mount(app, context, api.listDeploys, ({ query: { limit, ...filter } }) => ({
    deploys: store.read.deploys.list(filter, limit).map((deploy) => deployViewOf(store, deploy)),
  }))

  mount(app, context, api.listQuarantine, () => ({ quarantine: store.read.quarantine.list() }))

  mount(app, context, api.getDeploy, ({ params }) => detail(params.id))

  mount(app, context, api.listFailures, ({ params }) => {
    const { targets, service } = detail(params.id)
    return { failures: groupFailures(targets, service) }
  })

  mountChange(app, context, api.retryDeploy, async ({ params, body, caller, write }) =>
    write(told(await requestRetry(context, params.id, authorOf(caller, body)))),
  )

  mountChange(app, context, api.rollbackDeploy, ({ params, body, caller, write }) =>
    write(told(requestRollback(context, params.id, authorOf(caller, body)))),
  )

  for (const [control, route] of controls)
    mountChange(app, context, route, ({ params, body, caller, write }) =>
      write(told(controlDeploy(store, params.id, control, authorOf(caller, body)))),
    )
}

/** A deploy as it is described, or as a plan says. */
const requested = async (
  context: TrackerContext,
  { planId, service, ...body }: z.output<typeof api.createDeploy.body>,
  caller: Caller,
): Promise<DeployWrite> => {
  if (planId !== undefined) return deployPlan(context, planId, caller.name)
  if (service !== undefined) return requestDeploy(context, { service, ...body }, authorOf(caller, body))
  throw new PersonError('invalid', 'Neither a service nor a plan is named.', { field: 'service' })
}

interface Said {
  readonly reason?: string | undefined
  readonly force?: boolean
  readonly queue?: boolean
  readonly ignoreFreeze?: boolean
}

const authorOf = (
  { name }: Caller,
  { reason, force = false, queue = false, ignoreFreeze = false }: Said,
): Author => ({
  createdBy: name,
  reason,
  force,
  queue,
  ignoreFreeze,
})
