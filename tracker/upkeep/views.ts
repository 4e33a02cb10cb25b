import type { Amount, ArtifactList, ArtifactUsage, KeepRuleView } from '../../shared/api/artifacts.ts'
import { defaultKeepRule } from '../../shared/domain/keep-rule.ts'
import type { StoredArtifact } from '../db/artifacts.ts'
import type { KeepRuleRow } from '../db/keep-rules.ts'
import type { Tables } from '../db/store.ts'
import type { Verdict } from './judge.ts'
import { usesOf } from './uses.ts'
import { byService, goes, verdictsOf } from './verdicts.ts'

const growthOverMs = 30 * 24 * 3_600_000
const nothing: Amount = { count: 0, bytes: 0 }

export const artifactList = (
  tables: Tables,
  now: number,
  {
    service,
    kept,
    limit,
  }: { service?: string | undefined; kept?: 'true' | 'false' | undefined; limit: number },
): ArtifactList => {
  const verdicts = verdictsOf(tables, now, service)
  const [go, stay] = [verdicts.filter(goes), verdicts.filter((verdict) => !goes(verdict))]
  const shown = kept === undefined ? verdicts : kept === 'true' ? stay : go
  return {
    artifacts: shown
      .slice(0, limit)
      .map(({ artifact, keptBecause }) => ({ ...artifact, keptBecause: [...keptBecause] })),
    stay: amountOf(stay.map(artifactIn)),
    go: amountOf(go.map(artifactIn)),
  }
}

export const amountOf = (artifacts: readonly StoredArtifact[]): Amount => ({
  count: artifacts.length,
  bytes: artifacts.reduce((sum, { size }) => sum + size, 0),
})

export const usageOf = (tables: Tables, now: number): ArtifactUsage => {
  const uses = usesOf(tables, now)
  const inUse = byService(tables.artifacts.kept().filter(({ digest }) => uses.has(digest)))
  const { nextAt = now, failingSince = null, error = null, found = null } = tables.upkeep.get() ?? {}
  const records = new Map(found?.records.map(({ service, ...amount }) => [service, amount]))
  return {
    services: tables.artifacts.sums(now - growthOverMs).map(({ service, count, bytes, added, removed }) => ({
      service,
      artifacts: { count, bytes },
      inUse: amountOf(inUse.get(service) ?? []),
      growth: added - removed,
      ...(found === null ? {} : { records: records.get(service) ?? nothing }),
    })),
    upkeep: {
      nextAt,
      ...(failingSince === null ? {} : { failingSince }),
      ...(error === null ? {} : { error }),
      ...(found === null ? {} : { last: found }),
    },
  }
}

/** With the rule for all services, also while nobody has set it. */
export const keepRuleViews = ({ keepRules }: Pick<Tables, 'keepRules'>): KeepRuleView[] => {
  const rules = keepRules.list().map(keepRuleView)
  return rules.some(({ service }) => service === undefined) ? rules : [defaultKeepRule, ...rules]
}

export const keepRuleView = ({ service, ...rule }: KeepRuleRow): KeepRuleView => ({
  ...(service === null ? {} : { service }),
  ...rule,
})

const artifactIn = ({ artifact }: Verdict): StoredArtifact => artifact
