import type { AuditEntry } from '../../shared/api/audit.ts'
import { filtered } from './filtered.ts'
import type { Db } from './open.ts'

type Row = { [Column in keyof Required<AuditEntry>]: Required<AuditEntry>[Column] | null }

export interface AuditFilter {
  readonly who?: string | undefined
  readonly action?: string | undefined
  readonly subject?: string | undefined
  readonly service?: string | undefined
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly before?: number | undefined
}

const conditions: Record<keyof AuditFilter, string> = {
  who: 'who = @who',
  action: 'action = @action',
  subject: 'subject = @subject',
  service: 'service = @service',
  since: 'at >= @since',
  until: 'at <= @until',
  before: 'id < @before',
}

const entryOf = (row: Row): AuditEntry =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as AuditEntry

/** Who changed what. There is no way to change or remove a row: triggers refuse both, whoever tries. */
export const auditTable = (db: Db) => {
  const insert = db.prepare(
    `INSERT INTO audit (at, who, action, subject, service, reason, address, client, request_id)
     VALUES (@at, @who, @action, @subject, @service, @reason, @address, @client, @requestId)`,
  )
  const list = filtered<Row, keyof AuditFilter>(
    db,
    conditions,
    (where) =>
      `SELECT id, at, who, action, subject, service, reason, address, client, request_id AS requestId
       FROM audit WHERE ${where} ORDER BY id DESC LIMIT @limit`,
  )

  return {
    append: (entry: Omit<AuditEntry, 'id'>): void =>
      void insert.run({ service: null, reason: null, client: null, ...entry }),
    /** Newest first. */
    list: (filter: AuditFilter, limit: number): AuditEntry[] => list(filter, { limit }).map(entryOf),
  }
}
