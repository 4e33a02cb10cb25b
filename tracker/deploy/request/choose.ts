import type { DeployRequest } from '../../../shared/api/deploys.ts'
import { withoutGaps, type RolloutOverrides } from '../../../shared/domain/rollout.ts'
import { requireService } from '../../builds/find-service.ts'
import type { HostRow } from '../../db/agents.ts'
import { goodsOfDigest, goodsOfRef, type Goods } from './goods.ts'
import type { DeployContext } from './insert.ts'
import { selectSomeHosts } from './select-hosts.ts'

/** Which hosts are meant, and what they are to have: the same for a deploy, and for a plan of it. */
export const choose = async (
  { store, sources }: DeployContext,
  { service, selection, ref = 'HEAD', digest, rollout }: DeployRequest,
): Promise<{ hosts: HostRow[]; goods: Goods }> => {
  requireService(store.read, service)
  const hosts = selectSomeHosts(store.read.agents.hosts(), selection)
  const goods =
    digest === undefined ? await goodsOfRef(sources, service, ref) : goodsOfDigest(store, service, digest)
  return { hosts, goods: overridden(goods, rollout) }
}

const overridden = (goods: Goods, overrides: RolloutOverrides): Goods => ({
  ...goods,
  rollout: { ...goods.rollout, ...withoutGaps(overrides) },
})
