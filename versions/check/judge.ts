import type { VersionsTable } from '../../shared/api/versions.ts'
import { safeText } from '../../shared/terminal-text.ts'
import { alerts, type Range } from './range.ts'
import { worst, type Status } from './status.ts'

export interface Thresholds {
  readonly warning: Range
  readonly critical: Range
}

export interface Limits {
  readonly outOfSync: Thresholds
  readonly silent: Thresholds
  readonly degraded: Thresholds
}

export interface Verdict {
  readonly status: Status
  /** One line with perfdata, then one line for each thing that is wrong. */
  readonly lines: readonly string[]
}

const namesInFirstLine = 3
const mostDetails = 50

/** Holds the versions table against the limits. */
export const judge = (table: VersionsTable, limits: Limits): Verdict => {
  const { hosts, silent, outOfSync } = table.summary
  if (hosts === 0) return { status: 'UNKNOWN', lines: ['APPTRACKER UNKNOWN - no host matches'] }
  const degraded = degradedCells(table).length
  const status = worst([
    statusOf(silent, limits.silent),
    statusOf(outOfSync, limits.outOfSync),
    statusOf(degraded, limits.degraded),
  ])
  const perfdata = [
    measure('out_of_sync', outOfSync, limits.outOfSync),
    measure('silent', silent, limits.silent),
    measure('degraded', degraded, limits.degraded),
    `hosts=${hosts};;;0`,
  ].join(' ')
  return { status, lines: [`APPTRACKER ${status} - ${headline(table)} | ${perfdata}`, ...details(table)] }
}

const statusOf = (value: number, { warning, critical }: Thresholds): Status =>
  alerts(critical, value) ? 'CRITICAL' : alerts(warning, value) ? 'WARNING' : 'OK'

const measure = (name: string, value: number, { warning, critical }: Thresholds): string =>
  `${name}=${value};${warning.text};${critical.text};0`

const headline = (table: VersionsTable): string => {
  const { hosts, silent, outOfSync } = table.summary
  const degraded = degradedCells(table)
  const parts = [
    ...(silent > 0 ? [`${count(silent, 'host')} silent${examples(silentHosts(table))}`] : []),
    ...(outOfSync > 0
      ? [`${count(outOfSync, 'service')} out of sync${examples(outOfSyncCells(table))}`]
      : []),
    ...(degraded.length > 0 ? [`${count(degraded.length, 'service')} degraded${examples(degraded)}`] : []),
  ]
  return parts.length > 0 ? parts.join(', ') : `${count(hosts, 'host')} in sync`
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

const silentHosts = ({ rows }: VersionsTable): string[] =>
  rows.filter(({ host }) => host.state === 'silent').map(({ host }) => host.name)

const outOfSyncCells = ({ rows }: VersionsTable): string[] =>
  rows.flatMap(({ host, cells }) =>
    cells.filter(({ sync }) => sync === 'out-of-sync').map(({ service }) => `${service} on ${host.name}`),
  )

/** What runs is right, but does not run well. */
const degradedCells = ({ rows }: VersionsTable): string[] =>
  rows.flatMap(({ host, cells }) =>
    cells.filter(({ trouble }) => trouble !== undefined).map(({ service }) => `${service} on ${host.name}`),
  )

const examples = (names: readonly string[]): string =>
  names.length === 0
    ? ''
    : ` (${names.slice(0, namesInFirstLine).join(', ')}${names.length > namesInFirstLine ? ', …' : ''})`

const details = (table: VersionsTable): string[] => {
  const all = table.rows.flatMap(({ host, cells }) => [
    ...(host.state === 'silent' ? [`${host.name}: silent since ${since(host.lastReportAt)}`] : []),
    ...cells
      .filter(({ sync }) => sync === 'out-of-sync')
      .map(
        ({ service, why }) =>
          `${host.name}: ${service} is out of sync: ${plain(why ?? 'not as it should be')}`,
      ),
    ...cells.flatMap(({ service, trouble }) =>
      trouble === undefined ? [] : [`${host.name}: ${service} is degraded: ${plain(trouble)}`],
    ),
  ])
  const more = all.length - mostDetails
  return more > 0 ? [...all.slice(0, mostDetails), `… and ${more} more`] : all
}

const since = (at: number | undefined): string =>
  at === undefined ? 'it was enrolled' : new Date(at).toISOString()

/** A bar would begin the perfdata. */
export const plain = (text: string): string => safeText(text).replaceAll('|', '/')
