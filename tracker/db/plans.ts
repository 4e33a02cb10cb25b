import type { Plan } from '../../shared/api/plans.ts'
import type { Resolved } from '../../shared/messages/sources.ts'
import type { Db } from './open.ts'

export interface KeptPlan {
  readonly plan: Plan
  /** How it is built; undefined for what was chosen by its digest. */
  readonly toBuild: Resolved | undefined
}

interface Row {
  readonly plan: string
  readonly toBuild: string | null
}

export const plansKeptForMs = 24 * 3_600_000
/** The oldest go first: one of 10,000 hosts takes some MB. */
const maxKept = 200

/** Plans of the last day. */
export const plansTable = (db: Db, most = maxKept) => {
  const get = db.prepare<[number, number], Row>(
    'SELECT plan, to_build AS toBuild FROM plans WHERE id = ? AND at > ?',
  )
  const removeOld = db.prepare('DELETE FROM plans WHERE at <= ?')
  const insert = db.prepare('INSERT INTO plans (at, plan, to_build) VALUES (@at, @plan, @toBuild)')
  const removeSurplus = db.prepare(
    'DELETE FROM plans WHERE id <= (SELECT id FROM plans ORDER BY id DESC LIMIT 1 OFFSET ?)',
  )

  return {
    get: (id: number, now: number): KeptPlan | undefined => {
      const row = get.get(id, now - plansKeptForMs)
      if (!row) return undefined
      return {
        plan: { id, ...(JSON.parse(row.plan) as Omit<Plan, 'id'>) },
        toBuild: row.toBuild === null ? undefined : (JSON.parse(row.toBuild) as KeptPlan['toBuild']),
      }
    },
    keep: (plan: Omit<Plan, 'id'>, toBuild: KeptPlan['toBuild']): number => {
      const at = plan.createdAt
      removeOld.run(at - plansKeptForMs)
      const row = { at, plan: JSON.stringify(plan), toBuild: toBuild ? JSON.stringify(toBuild) : null }
      const { lastInsertRowid } = insert.run(row)
      removeSurplus.run(most)
      return Number(lastInsertRowid)
    },
  }
}
