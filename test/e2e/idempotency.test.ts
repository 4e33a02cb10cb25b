import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listAudit } from '../../shared/api/audit.ts'
import { createEnrolment } from '../../shared/api/enrolments.ts'
import { TemporaryDirectory } from '../dev-env/temporary-directory.ts'
import { Tracker } from '../dev-env/tracker.ts'

const rounds = 5
const callsPerRound = 20
let directory: TemporaryDirectory
let tracker: Tracker

beforeAll(async () => {
  directory = await TemporaryDirectory.create()
  tracker = await Tracker.start({ directory: directory.path })
})
afterAll(async () => {
  await tracker[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const enrolment = (idempotencyKey: string) => ({
  body: { kind: 'packer' as const, name: `packer-${idempotencyKey.slice(0, 8)}` },
  idempotencyKey,
})

/** Makes calls while the tracker is killed at some moment and started again; what each was answered, if it was. */
const callWhileKilled = async (keys: readonly string[]) => {
  const answers = Promise.allSettled(
    keys.map(async (key, index) => {
      await sleep(index)
      return tracker.call(createEnrolment, enrolment(key))
    }),
  )
  // The moment is what the test is about: any will do, the more different the better.
  await sleep(randomInt(callsPerRound * 2))
  await tracker.kill()
  await tracker.startAgain()
  return answers
}

test('whenever the tracker is killed, what was acknowledged is there, and nothing was done twice', async () => {
  for (let round = 0; round < rounds; round += 1) {
    const keys = Array.from({ length: callsPerRound }, (): string => randomUUID())
    const answers = await callWhileKilled(keys)
    const again = await Promise.all(keys.map((key) => tracker.call(createEnrolment, enrolment(key))))
    for (const [index, answer] of answers.entries()) {
      if (answer.status === 'fulfilled') expect(again[index]).toEqual(answer.value)
    }
    const { entries } = await tracker.call(listAudit, { query: { limit: 1000 } })
    const done = entries.map(({ requestId }) => requestId).filter((id) => keys.includes(id))
    expect(done.sort()).toEqual([...keys].sort())
  }
})
