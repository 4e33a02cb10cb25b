import type { ServiceReport, VersionReport } from '../../shared/messages/version-report.ts'
import type { Db } from './open.ts'

export interface ReportRow {
  readonly hostId: string
  readonly at: number
  readonly bootId: string
  readonly services: ServiceReport[]
}

interface Row {
  hostId: string
  at: number
  bootId: string
  services: string
}

const rowOf = (row: Row): ReportRow => ({ ...row, services: JSON.parse(row.services) as ServiceReport[] })

export const reportsTable = (db: Db) => {
  const columns = 'host_id AS hostId, at, boot_id AS bootId, services FROM reports'
  const get = db.prepare<[string], Row>(`SELECT ${columns} WHERE host_id = ?`)
  const list = db.prepare<[], Row>(`SELECT ${columns}`)
  const lastAt = db.prepare<[string], { at: number }>('SELECT at FROM reports WHERE host_id = ?')
  const touch = db.prepare('UPDATE reports SET at = @now WHERE host_id = @hostId')
  const upsert = db.prepare(
    `INSERT INTO reports (host_id, at, grabber, boot_id, services) VALUES (@hostId, @now, @grabber, @bootId, @services)
     ON CONFLICT (host_id) DO UPDATE SET at = @now, grabber = @grabber, boot_id = @bootId, services = @services`,
  )

  return {
    get: (hostId: string): ReportRow | undefined => {
      const row = get.get(hostId)
      return row && rowOf(row)
    },
    lastAt: (hostId: string): number | undefined => lastAt.get(hostId)?.at,
    list: (): ReportRow[] => list.all().map(rowOf),
    /** The host said again what it said before. */
    touch: (hostId: string, now: number): void => void touch.run({ hostId, now }),
    upsert: (hostId: string, report: VersionReport, now: number): void =>
      void upsert.run({
        hostId,
        now,
        grabber: report.grabber,
        bootId: report.bootId,
        services: JSON.stringify(report.services),
      }),
  }
}
