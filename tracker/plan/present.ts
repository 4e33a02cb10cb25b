import type { Plan, PlanHost, PresentVersion } from '../../shared/api/plans.ts'
import { PersonError } from '../../shared/errors.ts'
import { maxCompared } from '../../shared/messages/sources.ts'
import type { PlanContext } from './look.ts'

/** What the hosts have now, each version once, and which commits lie between it and `to`. Without a packer the rest is told. */
export const presentOf = async (
  context: PlanContext,
  service: string,
  hosts: readonly PlanHost[],
  to: string | null,
): Promise<Pick<Plan, 'present' | 'commitsUnknown'>> => {
  const present = groupByVersion(hosts)
  const commits = commitsBehind(context, present)
  if (to === null || commits.size === 0) return { present }
  try {
    const spans = await context.sources.compare(service, [...new Set(commits.values())], to)
    const found = new Map(spans.map(({ from, gained, lost }) => [from, { gained, lost }]))
    return {
      present: present.map((group) => ({ ...group, ...found.get(commits.get(group.digest ?? '') ?? '') })),
    }
  } catch (error) {
    if (!(error instanceof PersonError)) throw error
    const isAway = error.code === 'unavailable'
    return { present, commitsUnknown: isAway ? 'No packer answers.' : error.message }
  }
}

/** The most common first. */
export const groupByVersion = (hosts: readonly PlanHost[]): PresentVersion[] => {
  const groups = new Map<string | undefined, PresentVersion>()
  for (const { digest, version } of hosts) {
    const group = groups.get(digest) ?? {
      ...(digest === undefined ? {} : { digest }),
      ...(version === undefined ? {} : { version }),
      hosts: 0,
    }
    groups.set(digest, { ...group, hosts: group.hosts + 1 })
  }
  return [...groups.values()].sort((a, b) => b.hosts - a.hosts)
}

/** By digest; of very many versions, those that most hosts have. */
const commitsBehind = (
  { store }: PlanContext,
  present: readonly PresentVersion[],
): ReadonlyMap<string, string> => {
  const known = present.flatMap(({ digest }) => {
    const artifact = digest === undefined ? undefined : store.read.artifacts.get(digest)
    return artifact ? [[artifact.digest, artifact.commit] as const] : []
  })
  return new Map(known.slice(0, maxCompared))
}
