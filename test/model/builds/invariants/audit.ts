import { demand } from '../../broken-invariant.ts'
import type { Change } from './snapshot.ts'

const all = 100_000

/** What the tracker does by itself is in the audit trail once it is done. */
export const checkAudit = ({ world, before, after }: Change): void => {
  const builds = [...after.builds.values()]
    .filter(({ id, askedBy }) => isAutomatic(askedBy) && !before.builds.has(id))
    .map(({ id, askedBy }) => `${askedBy} build.start build ${id}`)
  const deploys = [...after.deploys.values()]
    .filter(({ id, createdBy }) => isAutomatic(createdBy) && !before.deploys.has(id))
    .map(({ id, createdBy }) => `${createdBy} deploy.create deploy ${id}`)
  const isPruned = [...before.kept.keys()].some((digest) => !after.kept.has(digest))
  const expected = [...builds, ...deploys]
  if (expected.length === 0 && !isPruned) return
  const rows = world.store.read.audit.list({}, all)
  const words = new Set(rows.map(({ who, action, subject }) => `${who} ${action} ${subject}`))
  for (const row of expected) demand(words.has(row), 'every change has its row of audit', row)
  const isNoted = rows.some(({ action, at }) => action === 'artifact.prune' && at === world.now)
  demand(isNoted || !isPruned, 'every change has its row of audit', 'artifacts were given up')
}

const isAutomatic = (who: string): boolean => who.startsWith('hook ') || who.startsWith('link ')
