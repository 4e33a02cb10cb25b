import { defaultKeepRule, type KeepRule } from '../../shared/domain/keep-rule.ts'
import type { StoredArtifact } from '../db/artifacts.ts'
import type { Tables, Writing } from '../db/store.ts'
import { judge, type Verdict } from './judge.ts'
import { usesOf } from './uses.ts'

type Read = Pick<Tables, 'artifacts' | 'artifactUses' | 'keepRules'>

/** Which artifacts stay and which go, by what is known now: of one service or of all. */
export const verdictsOf = (tables: Read, now: number, service?: string): Verdict[] => {
  const uses = usesOf(tables, now)
  const ruleOf = rulesOf(tables)
  return [...byService(tables.artifacts.kept(service))].flatMap(([name, artifacts]) =>
    judge(artifacts, uses, ruleOf(name), now),
  )
}

/** More would keep the tracker from everything else for seconds; the next upkeep goes on. */
const maxAtOnce = 10_000

/** Gives up what nothing keeps: nobody can choose it from now on. Returns it. */
export const giveUp = (writing: Writing, service?: string): StoredArtifact[] => {
  const going = verdictsOf(writing, writing.now, service).filter(goes).slice(0, maxAtOnce)
  for (const { artifact } of going) writing.artifacts.giveUp(artifact.digest, writing.now)
  return going.map(({ artifact }) => artifact)
}

export const goes = ({ keptBecause }: Verdict): boolean => keptBecause.length === 0

/** By which rule a service's artifacts are kept. */
export const rulesOf = ({ keepRules }: Pick<Tables, 'keepRules'>): ((service: string) => KeepRule) => {
  const rules = new Map(
    keepRules.list().map(({ service, last, days, tags }) => [service, { last, days, tags }]),
  )
  return (service) => rules.get(service) ?? rules.get(null) ?? defaultKeepRule
}

export const byService = <Of extends { readonly service: string }>(all: readonly Of[]): Map<string, Of[]> => {
  const groups = new Map<string, Of[]>()
  for (const each of all) {
    const group = groups.get(each.service)
    if (group) group.push(each)
    else groups.set(each.service, [each])
  }
  return groups
}
