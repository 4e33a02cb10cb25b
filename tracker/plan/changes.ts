import { editionText } from '../../shared/domain/edition-text.ts'
import type { PlanHost } from '../../shared/api/plans.ts'
import type { Facts } from './look.ts'

/** What is no longer as it was, each in a few words. */
export const changesSince = (then: Facts, now: Facts): string[] => [
  ...goodsChanges(then, now),
  ...hostChanges(then.hosts, now.hosts),
]

/** What was to be built then and is built now is what was meant. */
const goodsChanges = (then: Facts, now: Facts): string[] => [
  ...(then.digest !== undefined && then.digest !== now.digest
    ? [`${then.version} is another artifact now (${short(now.digest)} instead of ${short(then.digest)})`]
    : []),
  ...(then.quarantined === undefined && now.quarantined !== undefined
    ? [`${now.version} is in quarantine now: ${now.quarantined.replace(/\.$/, '')}`]
    : []),
  ...(then.quarantined !== undefined && now.quarantined === undefined
    ? [`${now.version} is no longer in quarantine`]
    : []),
]

const hostChanges = (then: readonly PlanHost[], now: readonly PlanHost[]): string[] => {
  const before = new Map(then.map((host) => [host.hostId, host]))
  const after = new Map(now.map((host) => [host.hostId, host]))
  const gone = then.filter(({ hostId }) => !after.has(hostId))
  return [
    ...now.flatMap((host) => changesOf(before.get(host.hostId), host)),
    ...gone.map(({ hostName }) => `${hostName} no longer matches`),
  ]
}

const changesOf = (then: PlanHost | undefined, now: PlanHost): string[] => {
  if (!then) return [`${now.hostName} is new and matches`]
  return [
    ...(then.digest === now.digest && then.config === now.config
      ? []
      : [`${now.hostName} now has ${nameOf(now)} (${nameOf(then)} when the plan was made)`]),
    ...(then.silent === now.silent
      ? []
      : [`${now.hostName} ${now.silent ? 'does not answer any more' : 'answers again'}`]),
  ]
}

const nameOf = ({ version, digest, config }: PlanHost): string =>
  digest === undefined ? 'nothing' : editionText(version ?? short(digest), config)

const short = (digest: string | undefined): string => digest?.slice(0, 12) ?? 'none'
