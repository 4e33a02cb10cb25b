import type { KeepRule } from '../../shared/domain/keep-rule.ts'
import type { Db } from './open.ts'

export interface KeepRuleRow extends KeepRule {
  /** Null for all services that have no rule of their own. */
  readonly service: string | null
  readonly setBy: string
  readonly setAt: number
}

type Row = Omit<KeepRuleRow, 'tags'> & { readonly tags: string }

export const keepRulesTable = (db: Db) => {
  const list = db.prepare<[], Row>(
    'SELECT service, last, days, tags, set_by AS setBy, set_at AS setAt FROM keep_rules ORDER BY service',
  )
  const remove = db.prepare('DELETE FROM keep_rules WHERE service IS ?')
  const insert = db.prepare(
    `INSERT INTO keep_rules (service, last, days, tags, set_by, set_at) VALUES (@service, @last, @days, @tags, @setBy, @setAt)`,
  )

  return {
    /** The one for all first. */
    list: (): KeepRuleRow[] => list.all().map((row) => ({ ...row, tags: JSON.parse(row.tags) as string[] })),
    put: (rule: KeepRuleRow): void => {
      remove.run(rule.service)
      insert.run({ ...rule, tags: JSON.stringify(rule.tags) })
    },
    /** False when there was none. */
    remove: (service: string): boolean => remove.run(service).changes > 0,
  }
}
