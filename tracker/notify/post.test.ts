import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Webhook } from '../../test/fixtures/webhook.ts'
import { post } from './post.ts'

/** What names resolve to in the world of this test. */
vi.mock('node:dns', () => ({
  lookup: (host: string, _: unknown, callback: (error: null, addresses: object[]) => void) => {
    const own = { address: '127.0.0.1', family: 4 }
    const metadata = { address: '169.254.169.254', family: 4 }
    callback(null, host === 'rebound.example' ? [own, metadata] : [own])
  },
}))

let webhook: Webhook
beforeEach(async () => {
  webhook = await Webhook.start()
})
afterEach(() => webhook[Symbol.asyncDispose]())

const send = (url: string, signal = new AbortController().signal, withinMs = 300) =>
  post({ url: new URL(url), headers: { 'X-One': '1' }, body: '{}' }, withinMs, signal)

test('an answer of success is enough, whatever comes behind it', async () => {
  webhook.answer = (response) => {
    response.writeHead(200).on('error', () => undefined)
    const pour = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', pour)
    pour()
  }
  await send(`http://chat.example:${webhook.port}/x`, undefined, 60_000)
  expect(webhook.posts).toMatchObject([{ path: '/x', body: '{}', headers: { 'x-one': '1' } }])
  await vi.waitFor(() => expect(webhook.abandoned).toBe(1))
})

test.each([
  [301, /^answered 301, and redirects are not followed$/],
  [307, /^answered 307, and redirects are not followed$/],
  [404, /^answered 404$/],
  [500, /^answered 500$/],
])('an answer of %i is a failure', async (status, reason) => {
  webhook.answer = (response) => response.writeHead(status, { location: webhook.url }).end()
  await expect(send(webhook.url)).rejects.toThrow(reason)
  expect(webhook.posts).toHaveLength(1)
})

test('no answer is a failure in time', async () => {
  webhook.answer = () => undefined
  await expect(send(webhook.url)).rejects.toThrow(/^no answer within 0\.3 s$/)
})

test('what is no HTTP, too long a header and a cut connection are failures', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(answers.shift() ?? ''))
  })
  const answers = ['SSH-2.0-OpenSSH\r\n', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '']
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  for (const reason of [/Parse Error/, /Header overflow/, /socket hang up/])
    await expect(send(url)).rejects.toThrow(reason)
  server.close()
  await once(server, 'close')
  await expect(send(url)).rejects.toThrow(/ECONNREFUSED/)
})

test('ends when the tracker does', async () => {
  const end = new AbortController()
  webhook.answer = () => end.abort()
  await expect(send(webhook.url, end.signal)).rejects.toThrow()
  await vi.waitFor(() => expect(webhook.abandoned).toBe(1))
})

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://[fe80::1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://2852039166/',
])('%s is not called', async (url) => {
  await expect(send(url)).rejects.toThrow(/a link-local or metadata address, which a tracker never calls/)
})

test('nor is a name that has such an address too', async () => {
  await expect(send(`http://rebound.example:${webhook.port}/`)).rejects.toThrow(
    /^rebound\.example \(169\.254\.169\.254\) is a link-local or metadata address/,
  )
  expect(webhook.posts).toEqual([])
})
