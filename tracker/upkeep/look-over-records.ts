import type { UpkeepReport } from '../../shared/api/artifacts.ts'
import { recordFolders, type RecordKey, type Stored } from '../../shared/artifact-store.ts'
import type { KeepRule } from '../../shared/domain/keep-rule.ts'
import { defaultKeepRule } from '../../shared/domain/keep-rule.ts'
import type { BuildRow } from '../db/builds.ts'
import { add } from './erase.ts'
import type { Holdings } from './look-over-artifacts.ts'
import { rulesOf } from './verdicts.ts'

const dayMs = 24 * 3_600_000

/** Removes logs and records of builds: they stay as long as what was built, and as many days as artifacts do by the rule. */
export const lookOverRecords = async ({
  store,
  artifacts,
  now,
  signal,
}: Holdings): Promise<Pick<UpkeepReport, 'records' | 'recordsRemoved'>> => {
  const ruleOf = rulesOf(store.read)
  const kept = new Map<string, { count: number; bytes: number }>()
  const recordsRemoved = { count: 0, bytes: 0 }
  const goes = (build: BuildRow | undefined, { modifiedAt }: Stored): boolean => {
    if (build && (build.endedAt === null || isKept(build.digest))) return false
    return isOlder(now() - modifiedAt, build ? ruleOf(build.service) : defaultKeepRule)
  }
  const isKept = (digest: string | null): boolean =>
    digest !== null && store.read.artifacts.get(digest)?.removedAt === null

  for (const folder of recordFolders) {
    for await (const stored of artifacts.list(folder, signal)) {
      const id = buildIdOf(stored.key)
      // Nothing of ours.
      if (id === undefined) continue
      const build = store.read.builds.get(id)
      if (goes(build, stored)) {
        await artifacts.removeRecord(stored.key as RecordKey)
        add(recordsRemoved, stored.size)
      } else if (build) {
        const amount = kept.get(build.service) ?? { count: 0, bytes: 0 }
        add(amount, stored.size)
        kept.set(build.service, amount)
      }
    }
  }
  return { records: [...kept].map(([service, amount]) => ({ service, ...amount })), recordsRemoved }
}

const isOlder = (age: number, { days }: KeepRule): boolean => age >= days * dayMs

/** Of `logs/7-1.log.gz`. */
const buildIdOf = (key: string): number | undefined => {
  const id = /^\w+\/(\d{1,15})-/.exec(key)?.[1]
  return id === undefined ? undefined : Number(id)
}
