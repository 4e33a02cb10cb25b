import type { Amount, UpkeepReport } from '../../shared/api/artifacts.ts'
import type { ArtifactStore } from '../../shared/artifact-store.ts'
import type { Store } from '../db/store.ts'
import { add } from './erase.ts'
import type { Removals } from './removals.ts'
import { usesOf } from './uses.ts'

/** No upload takes this long, and no result of a build comes that late. */
export const abandonedAfterMs = 24 * 3_600_000
const named = 5

export interface Holdings {
  readonly store: Store
  readonly artifacts: ArtifactStore
  readonly removals: Removals
  readonly now: () => number
  readonly signal: AbortSignal
}

/** Removes artifacts that no build has told of, unless a host runs them, and finds those that should be there and are not. */
export const lookOverArtifacts = async (
  holdings: Holdings,
): Promise<{ orphans: Amount; missing: UpkeepReport['missing'] }> => {
  const { store, artifacts, removals, now, signal } = holdings
  const began = now()
  const uses = usesOf(store.read, began)
  const orphans = { count: 0, bytes: 0 }
  const there = new Set<string>()
  for await (const { key, size, modifiedAt } of artifacts.list('artifacts', signal)) {
    there.add(key)
    const isOld = began - modifiedAt > abandonedAfterMs
    if (!isOld || uses.has(key) || store.read.artifacts.get(key)?.removedAt === null) continue
    if (await removals.remove(key)) add(orphans, size)
  }
  return { orphans, missing: missingOf(store, there, began) }
}

const missingOf = (store: Store, there: ReadonlySet<string>, began: number): UpkeepReport['missing'] => {
  const missing = store.read.artifacts
    .kept()
    .filter(({ digest, createdAt }) => createdAt < began && !there.has(digest))
    .map(({ service, version }) => `${service}@${version}`)
  return { count: missing.length, some: missing.slice(0, named) }
}
