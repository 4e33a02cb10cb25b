import { expect, test } from 'vitest'
import type { NatsBus } from '../shared/adapters/nats-bus.ts'
import { createLogger } from '../shared/log.ts'
import { answerCall, questionMessage, type HostAnswer, type Question } from '../shared/messages/ask.ts'
import { eventually } from '../test/dev-env/poll.ts'
import { Answers } from './answers.ts'

const host = 'h0123456789ab'
const { v: _v, id: _id, ...said } = answerCall.example.request

/** A grabber's answers over a bus that the test is the other end of. */
const answersOf = (answerTo: () => Promise<Omit<HostAnswer, 'v' | 'id'>>) => {
  const told: { call: string; parameters: unknown; answer: HostAnswer }[] = []
  let ask: (question: Question) => void = () => undefined
  const bus: Pick<NatsBus, 'subscribe'> = {
    subscribe: (_message, _parameters, handle) =>
      (ask = (question) => handle(question as never, {} as never)),
  }
  const call = ((to, parameters, answer) => {
    told.push({ call: to.name, parameters, answer: answer as HostAnswer })
    return Promise.resolve({ v: 1 })
  }) as NatsBus['call']
  new Answers(host, answerTo, createLogger('test', 'silent')).subscribe(bus, { call })
  return {
    told,
    ask: (more: Partial<Question> = {}) => ask({ ...questionMessage.example, ...more }),
  }
}

test('a question is answered in this host’s name, and under its own id', async () => {
  const { told, ask } = answersOf(() => Promise.resolve(said))
  ask()
  await eventually('an answer', () => told.length === 1)
  expect(told).toEqual([
    { call: 'answer', parameters: { host }, answer: { v: 1, id: questionMessage.example.id, ...said } },
  ])
})

test('what cannot be found out is not answered', async () => {
  let failed = false
  const { told, ask } = answersOf(() => Promise.reject(((failed = true), new Error('EIO'))))
  ask()
  await eventually('it to fail', () => failed)
  expect(told).toEqual([])
})

test('too many at once are not answered; the next ones are', async () => {
  const waiting: (() => void)[] = []
  const { told, ask } = answersOf(() => new Promise((resolve) => waiting.push(() => resolve(said))))
  for (let asked = 0; asked < 30; asked++) ask()
  expect(waiting).toHaveLength(24)
  for (const goOn of waiting.splice(0)) goOn()
  await eventually('those that were taken', () => told.length === 24)
  await eventually('room for another', () => (ask(), waiting.length > 0))
})
