import { expect, test } from 'vitest'
import { answersTable } from './answers.ts'
import { openDatabase } from './open.ts'

const answer = { fingerprint: 'f', sealed: Buffer.from('s') }

test('of one token only so many are kept: the oldest go first, and none of another token', async () => {
  const db = await openDatabase(':memory:')
  const answers = answersTable(db, 3)
  answers.keep({ ...answer, tokenHash: 'other', key: 'k0', now: 1 })
  for (const key of ['k1', 'k2', 'k3', 'k4', 'k5'])
    answers.keep({ ...answer, tokenHash: 'mine', key, now: 1 })
  const kept = ['k1', 'k2', 'k3', 'k4', 'k5'].filter((key) => answers.find('mine', key, 2))
  expect(kept).toEqual(['k3', 'k4', 'k5'])
  expect(answers.find('other', 'k0', 2)).toEqual(answer)
  db.close()
})
