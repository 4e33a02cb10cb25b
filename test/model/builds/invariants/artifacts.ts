import { deployTransitions } from '../../../../shared/domain/deploy-state.ts'
import { isEnd } from '../../../../shared/domain/transitions.ts'
import { demand } from '../../broken-invariant.ts'
import type { World } from '../world.ts'
import type { Change } from './snapshot.ts'

/** What is registered is in the store, and what somebody runs or may go back to stays there. */
export const checkArtifacts = ({ world, after }: Change): void => {
  for (const [digest, { service }] of after.kept)
    demand(world.artifacts.holds(digest), 'what is registered is in the store', `${service} ${short(digest)}`)
  for (const { digest, id, service } of after.builds.values())
    demand(
      digest === null || world.store.read.artifacts.get(digest) !== undefined,
      'what was built is registered',
      `build ${id} of ${service}`,
    )
  for (const [digest, why] of neededBy(world)) {
    demand(world.artifacts.holds(digest), 'what is in use stays in the store', `${short(digest)} ${why}`)
    demand(after.kept.has(digest), 'what is in use is not given up', `${short(digest)} ${why}`)
  }
}

const short = (digest: string): string => digest.slice(0, 8)

/** By the hosts themselves and by what they were told; not by the upkeep's own reasons. */
const neededBy = ({ fleet, store: { read } }: World): [string, string][] => {
  const running = fleet.hosts.map(({ running, name }) => [running, `runs on ${name}`] as const)
  const wanted = read.assignments
    .list()
    .flatMap(({ digest, desired, hostId }) =>
      [digest, desired].map((it) => [it, `is wanted on ${hostId}`] as const),
    )
  const targets = read.deploys
    .list({}, 1000)
    .flatMap(({ id, state }) =>
      isEnd(deployTransitions, state) && !read.assignments.list().some(({ deployId }) => deployId === id)
        ? []
        : read.targets.list(id),
    )
  const back = targets.map(
    ({ previousDigest, deployId }) => [previousDigest, `is before deploy ${deployId}`] as const,
  )
  return [...running, ...wanted, ...back].flatMap(([digest, why]) => (digest == null ? [] : [[digest, why]]))
}
