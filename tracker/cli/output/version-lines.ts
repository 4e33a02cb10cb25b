import type { VersionCell, VersionRow, VersionsTable } from '../../../shared/api/versions.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { changeText, editionText } from '../../../shared/domain/edition-text.ts'
import type { Paint } from './palette.ts'
import { count } from '../../../shared/wording.ts'
import { table } from './table.ts'
import { ageOf } from './times.ts'
import { widthOf } from './width.ts'

/** The hosts x services table, split into several when all services do not fit beside each other; then what is wrong, and why. */
export const versionLines = (versions: VersionsTable, columns: number, paint: Paint): string[] => {
  if (versions.rows.length === 0) return ['No such hosts.']
  const hosts = versions.rows.map((row) => hostCell(row, versions.at, paint))
  const services = versions.services.map((service) => ({
    head: service,
    cells: versions.rows.map((row) => cellText(row, service, paint)),
  }))
  const blocks = blocksOf(services, columns - widest(hosts))
  return [
    ...blocks.flatMap((block, index) => [
      ...(index > 0 ? [''] : []),
      ...table(['HOST', ...block.map(({ head }) => head)], rowsOf(hosts, block), columns),
    ]),
    '',
    ...reasons(versions.rows, paint),
    summaryOf(versions, paint),
  ]
}

interface ServiceColumn {
  readonly head: string
  readonly cells: readonly string[]
}

const rowsOf = (hosts: readonly string[], block: readonly ServiceColumn[]): string[][] =>
  hosts.map((host, index) => [host, ...block.map(({ cells }) => cells[index] ?? '')])

const widest = (texts: readonly string[]): number => Math.max(...texts.map(widthOf))

const blocksOf = (services: readonly ServiceColumn[], room: number): ServiceColumn[][] => {
  const blocks: ServiceColumn[][] = [[]]
  let left = room
  for (const service of services) {
    const width = widest([service.head, ...service.cells]) + 2
    if (width > left && blocks.at(-1)?.length !== 0) {
      blocks.push([])
      left = room
    }
    blocks.at(-1)?.push(service)
    left -= width
  }
  return blocks
}

const hostCell = ({ host }: VersionRow, now: number, paint: Paint): string =>
  host.state === 'silent'
    ? `${host.name} ${paint('bad', `? ${host.lastReportAt === undefined ? 'never' : ageOf(host.lastReportAt, now)}`)}`
    : `${host.name}${host.state === 'reporting' ? '' : ` ${paint('quiet', absence[host.state])}`}`

const absence = { enrolled: '(never reported)', absent: '(not enrolled yet)' }

const cellText = ({ cells }: VersionRow, service: string, paint: Paint): string => {
  const cell = cells.find((candidate) => candidate.service === service)
  return cell ? markedVersion(cell, paint) : paint('quiet', '-')
}

/** `v2`, `v2, config 3` with settings, `v1 ≠ v2` out of sync, `v1 → v2` installing, `v2 ?` silent, `v1 ? → v2` silent and late, `v2 ~` never asked for; `!` for unhealthy or degraded. */
export const markedVersion = (cell: VersionCell, paint: Paint): string => {
  const version = cell.running === undefined ? 'down' : (cell.version ?? cell.running.slice(0, 12))
  const actual = { version, config: cell.config }
  const desired = { version: cell.desiredVersion ?? 'none', config: cell.desiredConfig }
  const runs = editionText(actual.version, actual.config)
  const ill = cell.health === 'unhealthy' || cell.trouble !== undefined ? ` ${paint('bad', '!')}` : ''
  switch (cell.sync) {
    case 'in-sync':
      return `${paint('good', runs)}${ill}`
    case 'out-of-sync':
      return `${paint('bad', changeText(actual, desired, '≠'))}${ill}`
    case 'installing':
      return paint('busy', changeText(actual, desired))
    case 'unknown':
      return paint('quiet', `${cell.version ?? desired.version} ?`)
    case 'late':
      return paint('quiet', changeText({ ...actual, version: `${cell.version ?? 'none'} ?` }, desired))
    case 'unmanaged':
      return `${paint('quiet', `${runs} ~`)}${ill}`
  }
}

const reasons = (rows: readonly VersionRow[], paint: Paint): string[] => {
  const lines = rows.flatMap(({ host, cells }) =>
    cells.flatMap(({ service, sync, why, trouble }) => [
      ...(sync === 'out-of-sync'
        ? [`${paint('bad', '≠')} ${host.name} ${service}: ${safeText(why ?? 'not as it should be')}`]
        : []),
      ...(trouble === undefined
        ? []
        : [`${paint('bad', '!')} ${host.name} ${service}: ${safeText(trouble)}`]),
    ]),
  )
  return lines.length > 0 ? [...lines, ''] : []
}

const summaryOf = ({ summary }: VersionsTable, paint: Paint): string =>
  [
    count(summary.hosts, 'host'),
    paint(summary.outOfSync > 0 ? 'bad' : 'good', `${summary.outOfSync} out of sync`),
    paint(summary.silent > 0 ? 'bad' : 'good', `${summary.silent} silent`),
  ].join(', ')
