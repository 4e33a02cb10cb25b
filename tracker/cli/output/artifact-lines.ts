import type {
  Amount,
  ArtifactUsage,
  ArtifactView,
  KeepRuleView,
  ServiceUsage,
  UpkeepReport,
} from '../../../shared/api/artifacts.ts'
import { keepRuleText } from '../../../shared/domain/keep-rule.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { count, sizeOf } from '../../../shared/wording.ts'
import type { Paint } from './palette.ts'
import { table } from './table.ts'
import { ageOf, dateTimeOf } from './times.ts'

export const artifactTable = (
  artifacts: readonly ArtifactView[],
  now: number,
  columns: number,
  paint: Paint,
): string[] =>
  artifacts.length === 0
    ? []
    : table(
        ['ARTIFACT', 'COMMIT', 'SIZE', 'AGE', 'WHY IT STAYS'],
        artifacts.map(({ service, version, commit, size, createdAt, keptBecause }) => [
          `${service}@${version}`,
          commit.slice(0, 10),
          sizeOf(size),
          ageOf(createdAt, now),
          reasonText(keptBecause, paint),
        ]),
        columns,
      )

/** The first reason says most; all of them are in the JSON. */
const reasonText = ([first, ...others]: readonly string[], paint: Paint): string => {
  if (first === undefined) return paint('bad', 'it goes')
  return `${safeText(first)}${others.length === 0 ? '' : `; ${count(others.length, 'reason')} more`}`
}

/** `3 artifacts, 1.2 GB`. */
export const amountText = ({ count: number, bytes }: Amount, word: string): string =>
  `${count(number, word)}, ${sizeOf(bytes)}`

/** What a rule keeps, in a sentence. */
export const ruleText = ({ service, setBy, setAt, ...rule }: KeepRuleView): string => {
  const by = setBy === undefined || setAt === undefined ? '' : ` (${safeText(setBy)}, ${dateTimeOf(setAt)})`
  return `Kept of ${service ?? 'each service'}: ${keepRuleText(rule)}${by}.`
}

export const usageLines = ({ services, upkeep }: ArtifactUsage, now: number, columns: number): string[] => [
  ...(services.length === 0 ? ['Nothing was built yet.'] : usageTable(services, columns)),
  ...upkeepLines(upkeep, now),
]

const usageTable = (services: readonly ServiceUsage[], columns: number): string[] =>
  table(
    ['SERVICE', 'ARTIFACTS', 'SIZE', 'IN USE', 'IN 30 DAYS', 'LOGS AND RECORDS'],
    [...services, ...totalOf(services)].map(({ service, artifacts, inUse, growth, records }) => [
      service,
      String(artifacts.count),
      sizeOf(artifacts.bytes),
      `${inUse.count}, ${sizeOf(inUse.bytes)}`,
      `${growth < 0 ? '-' : '+'}${sizeOf(Math.abs(growth))}`,
      records === undefined ? '-' : `${records.count}, ${sizeOf(records.bytes)}`,
    ]),
    columns,
  )

const none: Amount = { count: 0, bytes: 0 }

const totalOf = (services: readonly ServiceUsage[]): ServiceUsage[] => {
  if (services.length < 2) return []
  const sum = (amountOf: (usage: ServiceUsage) => Amount): Amount => ({
    count: services.reduce((total, usage) => total + amountOf(usage).count, 0),
    bytes: services.reduce((total, usage) => total + amountOf(usage).bytes, 0),
  })
  return [
    {
      service: 'all',
      artifacts: sum(({ artifacts }) => artifacts),
      inUse: sum(({ inUse }) => inUse),
      growth: services.reduce((total, { growth }) => total + growth, 0),
      ...(services.some(({ records }) => records) ? { records: sum(({ records }) => records ?? none) } : {}),
    },
  ]
}

const upkeepLines = (
  { nextAt, failingSince, error, last }: ArtifactUsage['upkeep'],
  now: number,
): string[] => [
  ...(failingSince === undefined
    ? []
    : [`The upkeep fails since ${dateTimeOf(failingSince)}: ${safeText(error ?? '')}`]),
  ...(last === undefined ? [] : [`Upkeep ${ageOf(last.at, now)} ago: ${removedText(last)}.`]),
  ...(last === undefined || last.missing.count === 0
    ? []
    : [`Missing in the store: ${safeText(missingText(last.missing))}.`]),
  `Next upkeep: ${dateTimeOf(nextAt)}.`,
]

const removedText = ({ erased, orphans, recordsRemoved, leftovers }: UpkeepReport): string => {
  const removed = [
    ...(erased.count === 0 ? [] : [amountText(erased, 'artifact')]),
    ...(orphans.count === 0 ? [] : [`${amountText(orphans, 'artifact')} that no build told of`]),
    ...(recordsRemoved.count === 0 ? [] : [`${amountText(recordsRemoved, 'file')} of builds`]),
    ...(leftovers === 0 ? [] : [count(leftovers, 'unfinished upload')]),
  ]
  return removed.length === 0 ? 'nothing was to be removed' : `removed ${removed.join('; ')}`
}

const missingText = ({ count: number, some: names }: { count: number; some: readonly string[] }): string =>
  `${names.join(', ')}${number > names.length ? ` and ${number - names.length} more` : ''}`
