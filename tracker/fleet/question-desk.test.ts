import { expect, test } from 'vitest'
import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { answerCall, type HostAnswer, type Question } from '../../shared/messages/ask.ts'
import { QuestionDesk } from './question-desk.ts'

const [one, two, stranger] = ['h000000000001', 'h000000000002', 'h000000000003'] as const
const forever = 2 ** 30

/** A desk, what was asked by it, and how a host answers. */
const deskOf = (answerWithinMs: number) => {
  const asked: { host: string; question: Question }[] = []
  const publish = ((_message, parameters, question) =>
    void asked.push({
      host: (parameters as { host: string }).host,
      question: question as Question,
    })) as NatsBus['publish']
  const desk = new QuestionDesk({ publish }, answerWithinMs)
  const answer = (host: string, more: Partial<HostAnswer> = {}): void =>
    desk.answered(host, { ...answerCall.example.request, id: asked[0]!.question.id, ...more })
  return { desk, asked, answer }
}
const web = { service: 'web' }

test('every host is asked the same, and when all have answered nobody is waited for', async () => {
  const { desk, asked, answer } = deskOf(forever)
  const answers = desk.ask([one, two], web)
  expect(asked.map(({ host }) => host)).toEqual([one, two])
  expect(asked[0]?.question).toEqual(asked[1]?.question)
  answer(two, { version: 'v2' })
  answer(one, { version: 'v1' })
  expect([...(await answers)].map(([host, { version }]) => [host, version])).toEqual([
    [two, 'v2'],
    [one, 'v1'],
  ])
})

test('who does not answer in time is left out, and what it says later is dropped', async () => {
  const { desk, answer } = deskOf(20)
  const asking = desk.ask([one, two], web)
  answer(one)
  const answers = await asking
  answer(two)
  expect([...answers.keys()]).toEqual([one])
})

test('nobody is waited for when nobody is asked', async () => {
  expect(await deskOf(20).desk.ask([], web)).toEqual(new Map())
})

test('the first answer counts', async () => {
  const { desk, answer } = deskOf(forever)
  const asking = desk.ask([one, two], web)
  answer(one, { version: 'v1' })
  answer(one, { version: 'v9' })
  answer(two)
  expect((await asking).get(one)?.version).toBe('v1')
})

test('a host that was not asked is refused', async () => {
  const { desk, answer } = deskOf(20)
  const asking = desk.ask([one], web)
  expect(() => answer(stranger)).toThrow(`Host ${stranger} answers what it was not asked.`)
  expect(await asking).toEqual(new Map())
})

test('some dozen questions at once, and no more', async () => {
  const { desk } = deskOf(20)
  const asking = Array.from({ length: 24 }, () => desk.ask([one], web))
  await expect(desk.ask([one], web)).rejects.toMatchObject({ code: 'unavailable' })
  await Promise.all(asking)
  await expect(desk.ask([one], web)).resolves.toEqual(new Map())
})
