import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { connect, nkeyAuthenticator } from 'nats'
import { createUser } from 'nkeys.js'
import * as z from 'zod'
import { eventually } from '../../test/dev-env/poll.ts'
import { Nats } from '../../test/dev-env/nats.ts'
import { Owned } from '../../test/dev-env/owned.ts'
import { PersonError } from '../errors.ts'
import { createLogger } from '../log.ts'
import { defineCall, defineMessage } from '../messages/define.ts'
import { NatsBus } from './nats-bus.ts'

const greeting = defineMessage({
  name: 'greeting',
  summary: 'for this test',
  subject: 'test.greeting.{host}',
  payload: z.strictObject({ text: z.string() }),
  example: { text: 'hello' },
})

const double = defineCall({
  name: 'double',
  summary: 'for this test',
  subject: 'test.rpc.{host}.double',
  request: z.strictObject({ number: z.int() }),
  reply: z.strictObject({ number: z.int() }),
  example: { request: { number: 1 }, reply: { number: 2 } },
})

const log = createLogger('test', 'silent')
const used = new Owned()
let nats: Nats

beforeAll(async () => {
  nats = await Nats.start(['tracker', 'h1', 'h2'])
})
afterEach(() => used[Symbol.asyncDispose]())
afterAll(() => nats[Symbol.asyncDispose]())

const join = async (id: string, onReconnect?: () => void): Promise<NatsBus> =>
  used.add(
    await NatsBus.connect({ url: nats.url, log, ...nats.user(id), ...(onReconnect ? { onReconnect } : {}) }),
  )

describe('a message', () => {
  test('reaches those who listen, with the words of its subject', async () => {
    const [tracker, host] = [await join('tracker'), await join('h1')]
    const heard: unknown[] = []
    tracker.subscribe(greeting, undefined, (payload, { parameters }) => heard.push({ payload, parameters }))
    await tracker.flush()
    host.publish(greeting, { host: 'h1' }, { text: 'hello' })
    await eventually('the message', () => heard.length > 0)
    expect(heard).toEqual([{ payload: { text: 'hello' }, parameters: { host: 'h1' } }])
  })

  test('does not reach those who listen for another', async () => {
    const [tracker, h1, h2] = [await join('tracker'), await join('h1'), await join('h2')]
    const heard: string[] = []
    h1.subscribe(greeting, { host: 'h1' }, ({ text }) => heard.push(`h1 ${text}`))
    h2.subscribe(greeting, { host: 'h2' }, ({ text }) => heard.push(`h2 ${text}`))
    await Promise.all([h1.flush(), h2.flush()])
    tracker.publish(greeting, { host: 'h2' }, { text: 'for you' })
    tracker.publish(greeting, { host: 'h1' }, { text: 'for you' })
    await eventually('both messages', () => heard.length === 2)
    expect(heard.sort()).toEqual(['h1 for you', 'h2 for you'])
  })

  test('that does not fit its schema is dropped, and the next one is heard', async () => {
    const tracker = await join('tracker')
    const heard: string[] = []
    tracker.subscribe(greeting, undefined, ({ text }) => heard.push(text))
    await tracker.flush()
    const raw = await connectRaw('h1')
    raw.publish('test.greeting.h1', 'not JSON')
    raw.publish('test.greeting.h1', JSON.stringify({ text: 1 }))
    raw.publish('test.greeting.h1', JSON.stringify({ text: 'fits', more: true }))
    raw.publish('test.greeting.h1', JSON.stringify({ text: 'fits' }))
    await eventually('the message', () => heard.length > 0)
    expect(heard).toEqual(['fits'])
  })

  test('that does not fit its schema is not sent', async () => {
    const tracker = await join('tracker')
    expect(() => {
      tracker.publish(greeting, { host: 'h1' }, { text: 1 as unknown as string })
    }).toThrow(z.ZodError)
  })

  test('is not sent to a subject of more than one token', async () => {
    const tracker = await join('tracker')
    expect(() => {
      tracker.publish(greeting, { host: 'h1.>' }, { text: 'hello' })
    }).toThrow(/not one subject token/)
  })
})

describe('a call', () => {
  test('is answered', async () => {
    const [tracker, host] = [await join('tracker'), await join('h1')]
    tracker.serve(double, ({ number }) => ({ number: 2 * number }))
    await tracker.flush()
    expect(await host.call(double, { host: 'h1' }, { number: 21 }, 5000)).toEqual({ number: 42 })
  })

  test('is answered by one of a queue', async () => {
    const [one, other, host] = [await join('tracker'), await join('tracker'), await join('h1')]
    const served: string[] = []
    for (const [name, bus] of Object.entries({ one, other })) {
      bus.serve(
        double,
        ({ number }) => {
          served.push(name)
          return { number }
        },
        { queue: 'trackers' },
      )
      await bus.flush()
    }
    for (let number = 0; number < 50; number++) await host.call(double, { host: 'h1' }, { number }, 5000)
    expect(served).toHaveLength(50)
    expect(new Set(served)).toEqual(new Set(['one', 'other']))
  })

  test('brings a PersonError back with its code, message and hint', async () => {
    const [tracker, host] = [await join('tracker'), await join('h1')]
    tracker.serve(double, () => {
      throw new PersonError('not-found', 'There is no such number.', { hint: 'Take another.' })
    })
    await tracker.flush()
    await expect(host.call(double, { host: 'h1' }, { number: 1 }, 5000)).rejects.toMatchObject({
      name: 'PersonError',
      code: 'not-found',
      message: 'There is no such number.',
      hint: 'Take another.',
    })
  })

  test('tells nothing of a defect at the other end', async () => {
    const [tracker, host] = [await join('tracker'), await join('h1')]
    tracker.serve(double, () => {
      throw new Error('a secret')
    })
    await tracker.flush()
    await expect(host.call(double, { host: 'h1' }, { number: 1 }, 5000)).rejects.toMatchObject({
      code: 'internal',
      message: 'The other end failed; its log says why.',
    })
  })

  test('that is malformed is refused as invalid', async () => {
    const tracker = await join('tracker')
    tracker.serve(double, ({ number }) => ({ number }))
    await tracker.flush()
    const raw = await connectRaw('h1')
    const reply = await raw.request('test.rpc.h1.double', JSON.stringify({ number: 'one' }))
    expect(reply.json()).toMatchObject({ ok: false, error: { code: 'invalid' } })
  })

  test('fails as unavailable when nobody serves it', async () => {
    const host = await join('h1')
    await expect(host.call(double, { host: 'h1' }, { number: 1 }, 5000)).rejects.toMatchObject({
      code: 'unavailable',
      message: "The request 'double' was not answered: nobody is there to answer it.",
    })
  })

  test('fails as unavailable when the answer takes too long', async () => {
    const [tracker, host] = [await join('tracker'), await join('h1')]
    tracker.serve(double, () => new Promise(() => undefined))
    await tracker.flush()
    await expect(host.call(double, { host: 'h1' }, { number: 1 }, 100)).rejects.toMatchObject({
      code: 'unavailable',
      message: "The request 'double' was not answered: no answer came in time.",
    })
  })

  test("is not answered to an inbox that is not the asker's own", async () => {
    const tracker = await join('tracker')
    const served: number[] = []
    tracker.serve(double, ({ number }) => {
      served.push(number)
      return { number }
    })
    await tracker.flush()
    const raw = await connectRaw('h1')
    const answers: string[] = []
    raw.subscribe('>', { callback: (_, message) => answers.push(message.subject) })
    const ask = (number: number, reply: string): void => {
      raw.publish('test.rpc.h1.double', JSON.stringify({ number }), { reply })
    }
    ask(1, '_INBOX.h2.steal')
    ask(2, 'at.v1.order.h2')
    ask(3, '_INBOX.h10.like')
    ask(4, '_INBOX.h1.own')
    await eventually('the one answer', () => answers.includes('_INBOX.h1.own'))
    expect(served).toEqual([4])
  })
})

describe('a connection', () => {
  test('comes back after the server was restarted, with its subscriptions', async () => {
    let reconnects = 0
    const [tracker, host] = [await join('tracker'), await join('h1', () => reconnects++)]
    tracker.serve(double, ({ number }) => ({ number: 2 * number }))
    await tracker.flush()
    await nats.restart()
    const answer = await eventually('an answer', () =>
      host.call(double, { host: 'h1' }, { number: 2 }, 1000).catch(() => undefined),
    )
    expect(answer).toEqual({ number: 4 })
    expect(reconnects).toBe(1)
  })

  test('is refused to somebody unknown', async () => {
    const seed = Buffer.from(createUser().getSeed()).toString()
    await expect(NatsBus.connect({ url: nats.url, id: 'h1', seed, log })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^NATS at .* cannot be reached: /) as string,
    })
  })

  test('says where nobody answers', async () => {
    const { seed } = nats.user('h1')
    await expect(NatsBus.connect({ url: 'nats://127.0.0.1:9', id: 'h1', seed, log })).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('nats-server') as string,
    })
  })
})

const connectRaw = async (id: string): Promise<Awaited<ReturnType<typeof connect>>> => {
  const { seed } = nats.user(id)
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(seed))
  const connection = await connect({ servers: nats.url, authenticator, inboxPrefix: `_INBOX.${id}` })
  used.add({ [Symbol.asyncDispose]: () => connection.close() })
  return connection
}

describe('a call to all who serve it', () => {
  const count = defineCall({
    name: 'count',
    summary: 'for this test',
    subject: 'test.count',
    request: z.strictObject({}),
    reply: z.strictObject({ number: z.int() }),
    example: { request: {}, reply: { number: 1 } },
  })
  const serving = async (id: string, number: number): Promise<void> => {
    const bus = await join(id)
    bus.serve(count, () => ({ number }))
    await bus.flush()
  }

  test('ends with the last of those that are expected', async () => {
    const tracker = await join('tracker')
    await Promise.all([serving('h1', 1), serving('h2', 2)])
    const answers = await tracker.callAll(count, {}, {}, { count: 2, timeoutMs: 15_000 })
    expect(answers.map(({ number }) => number).sort()).toEqual([1, 2])
  })

  test('returns what came in time, without answers that do not fit', async () => {
    const tracker = await join('tracker')
    await Promise.all([serving('h1', 1), serving('h2', 1.5)])
    expect(await tracker.callAll(count, {}, {}, { count: 3, timeoutMs: 500 })).toEqual([{ number: 1 }])
  })

  test('returns nothing when nobody is there', async () => {
    const tracker = await join('tracker')
    expect(await tracker.callAll(count, {}, {}, { count: 1, timeoutMs: 15_000 })).toEqual([])
  })
})
