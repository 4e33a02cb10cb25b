import type { BuildChanges, DependencyChange } from '../../../shared/api/build-records.ts'
import type { BuildView } from '../../../shared/api/builds.ts'
import type { BuildRecord, Made } from '../../../shared/domain/build-record.ts'
import type { BuildStep } from '../../../shared/domain/event.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { count, sizeOf } from '../../../shared/wording.ts'
import type { Paint } from './palette.ts'
import { table } from './table.ts'
import { ageOf, spanOf } from './times.ts'
import { fit } from './width.ts'

/** A build, and what is remembered of it once it has ended. */
export interface KnownOfBuild {
  readonly build: BuildView
  readonly record?: BuildRecord
  readonly changes?: BuildChanges
}

const shownDirectories = 10
const shownChanges = 40
const barColumns = 24

/** One build in full: what was done and how long it took, what is inside, what changed, and where it comes from. */
export const buildDetails = (
  { build, record, changes }: KnownOfBuild,
  paint: Paint,
  columns: number,
  now: number,
): string[] => [
  ...heading(build, paint, now),
  ...(record === undefined ? [] : section('Steps', stepTable(record.steps, paint, columns))),
  ...(record?.made === undefined ? [] : madeLines(record.made, columns)),
  ...(changes === undefined ? [] : changeLines(changes, paint, columns)),
  '',
  `log: tracker ${build.endedAt === undefined ? 'builds watch' : 'logs --build'} ${build.id}`,
]

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)]

const heading = (build: BuildView, paint: Paint, now: number): string[] => {
  const { id, service, version, state, createdAt, startedAt, endedAt, askedBy, packer, error } = build
  const took =
    startedAt === undefined ? '' : `, ${spanOf((endedAt ?? now) - startedAt)} on ${packer ?? 'a packer'}`
  return [
    paint('strong', `Build ${id}  ${service} ${version}  ${state}`),
    `  asked for by ${safeText(askedBy)} ${ageOf(createdAt, now)} ago${took}`,
    `  commit ${build.commit.slice(0, 12)} ${safeText(build.subject)}`,
    ...(build.digest === undefined ? [] : [`  sha256 ${build.digest}`]),
    ...(error === undefined ? [] : [`  ${paint('bad', safeText(error))}`]),
  ]
}

const stepTable = (steps: readonly BuildStep[], paint: Paint, columns: number): string[] => {
  const longest = Math.max(1, ...steps.map(({ tookMs = 0 }) => tookMs))
  const rows = steps.map(({ name, state, tookMs = 0 }) => [
    `${state === 'failed' ? paint('bad', '✗') : paint('good', '✓')} ${safeText(name)}`,
    spanOf(tookMs),
    paint('quiet', '▇'.repeat(Math.round((tookMs / longest) * barColumns))),
  ])
  return table([], rows, columns - 2)
}

const madeLines = (made: Made, columns: number): string[] => {
  const { size, unpackedSize, entries, directories, dependencies, dependenciesLeftOut } = made
  const all = dependencies.length + dependenciesLeftOut
  return [
    ...section('Inside', [
      `${sizeOf(size)}, unpacked ${sizeOf(unpackedSize)} in ${entries} entries, ${count(all, 'package')}`,
      ...directories
        .slice(0, shownDirectories)
        .map(({ path, size: bytes, files }) =>
          fit(
            `${sizeOf(bytes).padStart(8)}  ${path === '.' ? 'files at the top' : safeText(path)} (${files})`,
            columns - 2,
          ),
        ),
    ]),
    ...section('From', originLines(made)),
  ]
}

const originLines = ({ provenance: { predicate } }: Made): string[] => {
  const { buildDefinition, runDetails } = predicate
  const [source] = buildDefinition.resolvedDependencies
  const { machine, tool } = buildDefinition.internalParameters
  return [
    `${safeText(source.uri)} at ${source.digest.gitCommit.slice(0, 12)}, path ${safeText(buildDefinition.externalParameters.path)}`,
    safeText(
      `by ${runDetails.builder.id} (apptracker ${runDetails.builder.version.apptracker}) with ${String(tool)} for ${String(machine)}`,
    ),
  ]
}

const changeLines = (changes: BuildChanges, paint: Paint, columns: number): string[] => {
  const { since, dependencies, unpackedSize, directories } = changes
  if (since === undefined) return section('Changes', ['There is no earlier build to compare it with.'])
  const more = dependencies.length - shownChanges
  const grown = unpackedSize === undefined ? [] : [`${difference(unpackedSize)}  unpacked, in all`]
  return section(`Since build ${since.build} (${since.version})`, [
    ...(dependencies.length === 0 ? ['The packages inside are the same.'] : []),
    ...dependencies.slice(0, shownChanges).map((change) => fit(dependencyLine(change, paint), columns - 2)),
    ...(more > 0 ? [`… and ${more} more; --json has them all`] : []),
    ...grown,
    ...directories
      .slice(0, shownDirectories)
      .map((change) =>
        fit(
          `${difference(change)}  ${change.path === '.' ? 'files at the top' : safeText(change.path)}`,
          columns - 2,
        ),
      ),
  ])
}

const dependencyLine = ({ kind, name, from, to }: DependencyChange, paint: Paint): string => {
  const [sign, tone] =
    from.length === 0
      ? (['+', 'good'] as const)
      : to.length === 0
        ? (['-', 'bad'] as const)
        : (['~', 'busy'] as const)
  const versions = [from, to]
    .filter(({ length }) => length > 0)
    .map((all) => all.join(', '))
    .join(' → ')
  return `${paint(tone, sign)} ${safeText(name)} ${safeText(versions)} ${paint('quiet', kind)}`
}

const difference = ({ from, to }: { from: number; to: number }): string =>
  `${to < from ? '-' : '+'}${sizeOf(Math.abs(to - from))}`.padStart(9)
