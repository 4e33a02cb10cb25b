import { expect, test } from 'vitest'
import { exampleResolved } from '../../shared/messages/sources.ts'
import { examplePlan, examplePlanHost } from '../../test/fixtures/example-plan.ts'
import { openDatabase } from './open.ts'
import { plansTable } from './plans.ts'

const { id: _, ...plan } = examplePlan([examplePlanHost(1)], { createdAt: 1000 })
const day = 24 * 3_600_000

test('a plan is kept as it was, for a day', async () => {
  const db = await openDatabase(':memory:')
  const plans = plansTable(db)
  const toBuild = exampleResolved
  const id = plans.keep(plan, toBuild)
  expect(plans.get(id, 1000 + day - 1)).toEqual({ plan: { id, ...plan }, toBuild })
  expect(plans.get(id, 1000 + day)).toBeUndefined()
  const next = plans.keep({ ...plan, createdAt: 1000 + day }, undefined)
  expect(plans.get(next, 1000 + day)?.toBuild).toBeUndefined()
  expect(db.prepare('SELECT id FROM plans').all()).toEqual([{ id: next }])
  db.close()
})

test('only so many are kept: the oldest go first', async () => {
  const db = await openDatabase(':memory:')
  const plans = plansTable(db, 2)
  const ids = [1, 2, 3].map(() => plans.keep(plan, undefined))
  expect(ids.filter((id) => plans.get(id, 1000))).toEqual(ids.slice(1))
  db.close()
})
