import type { DeployRequest } from '../../shared/api/deploys.ts'
import { hasAll, type Plan } from '../../shared/api/plans.ts'
import { PersonError } from '../../shared/errors.ts'
import type { KeptPlan } from '../db/plans.ts'
import type { Store, Writing } from '../db/store.ts'
import { requireSoon } from '../deploy/queue/begin.ts'
import { choose } from '../deploy/request/choose.ts'
import { look, type PlanContext } from './look.ts'
import { requireConfig } from '../settings/find-config.ts'
import { inTheWay } from './in-the-way.ts'
import { presentOf } from './present.ts'
import { warningsOf } from './warnings.ts'

/** What a deploy would do, by what its hosts answer now. Nothing is built; what is returned only keeps the plan. */
export const makePlan = async (
  context: PlanContext,
  body: DeployRequest,
  createdBy: string,
): Promise<(writing: Writing) => Plan> => {
  const { service, selection, reason, force, queue, ignoreFreeze, at } = body
  requireSoon(at, context.now())
  const { hosts, goods } = await choose(context, body)
  const config = body.config ?? context.store.read.configs.newest(service)
  if (body.config !== undefined) requireConfig(context.store.read, service, body.config)
  const { facts, artifact } = await look(context, service, hosts, goods, config)
  const present = await presentOf(context, service, facts.hosts, goods.commit)
  const way = inTheWay(context.store.read, service, facts.hosts, at ?? context.now())
  const plan: Omit<Plan, 'id'> = {
    service,
    ...facts,
    ...(goods.commit === null ? {} : { commit: goods.commit }),
    ...(artifact ? { size: artifact.size } : {}),
    rollout: goods.rollout,
    selection,
    ...(reason === undefined ? {} : { reason }),
    force,
    queue,
    ignoreFreeze,
    ...(at === undefined ? {} : { at }),
    createdBy,
    createdAt: context.now(),
    ...present,
    changes: facts.hosts.filter((host) => !hasAll(host, facts)).length,
    warnings: warningsOf({ service, force, ...facts, ...present, ...way }),
  }
  return (writing) => ({ id: writing.plans.keep(plan, goods.toBuild), ...plan })
}

/** Throws `not-found` for one that is too old, or never was. */
export const requirePlan = (store: Store, id: number, now: number): KeptPlan => {
  const kept = store.read.plans.get(id, now)
  if (kept) return kept
  throw new PersonError('not-found', `There is no plan ${id}, or it is no longer kept.`, {
    hint: 'Plans are kept for a day: make another with `tracker plan`.',
  })
}
