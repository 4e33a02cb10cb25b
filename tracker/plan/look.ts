import type { Plan, PlanHost } from '../../shared/api/plans.ts'
import type { HostAnswer } from '../../shared/messages/ask.ts'
import type { HostRow } from '../db/agents.ts'
import { artifactRefOf, type Artifact } from '../db/artifacts.ts'
import { artifactOf, type Goods } from '../deploy/request/goods.ts'
import {
  lastReported,
  planHosts,
  sightingOf,
  type DeployContext,
  type Sighting,
} from '../deploy/request/insert.ts'
import { planTargets } from '../deploy/targets/plan.ts'
import type { PlannedHost } from '../deploy/targets/planned-host.ts'
import type { QuestionDesk } from '../fleet/question-desk.ts'

export interface PlanContext extends DeployContext {
  readonly questions: QuestionDesk
}

/** What is so now, as far as a plan depends on it. When any of it changes, a plan holds no longer. */
export type Facts = Pick<Plan, 'version' | 'digest' | 'config' | 'hosts' | 'quarantined'>

export interface Look {
  readonly facts: Facts
  readonly artifact: Artifact | undefined
  /** The same hosts, as a deploy takes them. */
  readonly planned: readonly PlannedHost[]
}

/** Asks every host what it has of the service and what would come of the goods. */
export const look = async (
  context: PlanContext,
  service: string,
  hosts: readonly HostRow[],
  goods: Goods,
  config: number | null,
): Promise<Look> => {
  const artifact = artifactOf(context.store, service, goods)
  const answers = await context.questions.ask(
    hosts.map(({ id }) => id),
    { service, ...(artifact ? { release: toCome(artifact) } : {}) },
  )
  const seen = (hostId: string): Sighting => {
    const answer = answers.get(hostId)
    return answer ? sightingOf(answer, false) : { ...lastReported(context, service, hostId), silent: true }
  }
  const planned = planHosts(context, service, hosts, seen)
  const versions = context.store.read.artifacts.versionsByDigest()
  const targets = planTargets(
    planned,
    goods.rollout,
    () => ({ digest: null, config, version: goods.version }),
    0,
  )
  return {
    artifact,
    planned,
    facts: {
      version: goods.version,
      ...(artifact ? { digest: artifact.digest } : {}),
      ...(config === null ? {} : { config }),
      hosts: targets.map((target) => ({
        hostId: target.hostId,
        hostName: target.hostName,
        cluster: target.cluster,
        batch: target.batch,
        ...presentOf(seen(target.hostId), versions),
        ...outlookOf(answers.get(target.hostId)),
      })),
      ...quarantineOf(context, service, artifact),
    },
  }
}

const toCome = (artifact: Artifact) => {
  const { digest, size, unpackedSize, entries } = artifactRefOf(artifact)
  return { digest, size, unpackedSize, entries }
}

/** The tracker's name of a version comes first: a tag may have come after the release was installed. */
const presentOf = (
  { digest, version, config, silent }: Sighting,
  versions: ReadonlyMap<string, string>,
): Pick<PlanHost, 'silent' | 'digest' | 'version' | 'config'> => {
  if (digest === undefined) return { silent }
  const name = versions.get(digest) ?? version
  return {
    silent,
    digest,
    ...(name === undefined ? {} : { version: name }),
    ...(config === undefined ? {} : { config }),
  }
}

const outlookOf = (answer: HostAnswer | undefined): Pick<PlanHost, 'pulls' | 'room' | 'refusal'> => {
  if (!answer) return {}
  const { pulls, room, refusal } = answer
  return { ...(pulls === undefined ? {} : { pulls }), room, ...(refusal === undefined ? {} : { refusal }) }
}

const quarantineOf = (
  { store }: PlanContext,
  service: string,
  artifact: Artifact | undefined,
): Pick<Plan, 'quarantined'> => {
  const found = artifact && store.read.quarantine.get(service, artifact.digest)
  return found ? { quarantined: found.reason } : {}
}
