import type { Plan, PlanWarning } from '../../shared/api/plans.ts'
import { PersonError } from '../../shared/errors.ts'
import { some } from '../../shared/wording.ts'
import type { KeptPlan } from '../db/plans.ts'
import type { Goods } from '../deploy/request/goods.ts'
import { insertDeploy, type DeployWrite } from '../deploy/request/insert.ts'
import { selectHosts } from '../deploy/request/select-hosts.ts'
import { changesSince } from './changes.ts'
import { look, type PlanContext } from './look.ts'
import { requirePlan } from './make-plan.ts'

/** Makes exactly the deploy that a plan shows. Throws `conflict`, naming what has changed, when its facts are no longer so. */
export const deployPlan = async (
  context: PlanContext,
  id: number,
  createdBy: string,
): Promise<DeployWrite> => {
  const { store } = context
  const kept = requirePlan(store, id, context.now())
  const { service, selection, reason, force, queue, ignoreFreeze, at, config, warnings } = kept.plan
  const goods = goodsOf(kept)
  const hosts = selectHosts(store.read.agents.hosts(), selection)
  const { facts, planned } = await look(context, service, hosts, goods, config ?? null)
  const changes = changesSince(kept.plan, facts)
  if (changes.length > 0) throw isOutdated(kept.plan, changes)
  return insertDeploy(context, goods, {
    service,
    selection,
    hosts: planned,
    artifactOf: () => goods,
    configOf: () => config ?? null,
    warnings: warnings.filter(isOfTheDeploy).map(({ message }) => message),
    createdBy,
    reason,
    force,
    queue,
    ignoreFreeze,
    notBefore: at,
  })
}

/** What stood in the way then is asked again when it begins. */
const isOfTheDeploy = ({ kind }: PlanWarning): boolean => !['lock', 'freeze', 'busy'].includes(kind)

const goodsOf = ({ plan, toBuild }: KeptPlan): Goods => ({
  version: plan.version,
  commit: plan.commit ?? null,
  digest: toBuild ? null : (plan.digest ?? null),
  buildId: null,
  rollout: plan.rollout,
  ...(toBuild ? { toBuild } : {}),
})

const isOutdated = ({ id }: Plan, changes: readonly string[]): PersonError =>
  new PersonError('conflict', `Plan ${id} no longer holds: ${some(changes)}.`, {
    field: 'planId',
    hint: 'Make another one with `tracker plan`, and look at what it says.',
  })
