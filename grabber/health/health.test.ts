import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { allPids } from '../supervisor/members.ts'
import { foreignHolder } from './listeners.ts'
import { probe } from './probe.ts'
import type { HealthTarget } from './target.ts'
import { becomeHealthy } from './watch.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const listen = async (server: Server, host: string): Promise<number> => {
  servers.push(server.listen(0, host))
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
const signal = (): AbortSignal => AbortSignal.timeout(10_000)
const mine = { own: () => [process.pid], everyone: allPids }
const notMine = { own: () => [], everyone: allPids }

describe('a question', () => {
  test.each(['127.0.0.1', '0.0.0.0', '::', '::1'])('is answered by what listens on %s', async (host) => {
    const port = await listen(createServer(), host)
    expect(await probe({ kind: 'tcp', port }, mine, signal())).toBeUndefined()
  })

  test.each(['127.0.0.1', '::1'])(
    'answered by a stranger on %s does not count, and names it',
    async (host) => {
      const port = await listen(
        createHttpServer((_, response) => void response.end('ok')),
        host,
      )
      const problem = await probe({ kind: 'http', port, path: '/' }, notMine, signal())
      expect(problem).toContain(`port ${port} is answered by process ${process.pid} (`)
    },
  )

  test('of a page that is not well says its status', async () => {
    const port = await listen(
      createHttpServer((_, response) => void response.writeHead(503).end()),
      '127.0.0.1',
    )
    const problem = await probe({ kind: 'http', port, path: '/healthz' }, mine, signal())
    expect(problem).toBe(`http://localhost:${port}/healthz answers 503`)
  })

  test('where nothing listens', async () => {
    expect(await probe({ kind: 'tcp', port: 1 }, mine, signal())).toBe('port 1: nothing listens there yet')
  })

  test.each([
    ['true', undefined],
    ['exit 3', 'the health command ended with 3'],
    ['sleep 300 & exit 0', undefined],
  ])('put by the command %j', async (command, expected) => {
    const target: HealthTarget = { kind: 'command', command, directory: '/', environment: { PATH: '/bin' } }
    expect(await probe(target, mine, signal())).toBe(expected)
  })

  test('a free port has no holder', () => {
    expect(foreignHolder(1, [], allPids)).toBeUndefined()
  })
})

describe('a watch', () => {
  const watch = (more: Partial<Parameters<typeof becomeHealthy>[0]>): Promise<void> =>
    becomeHealthy(
      {
        service: 'web',
        interval: 50,
        healthyFor: 200,
        deadline: 400,
        probe: () => Promise.resolve(undefined),
        ended: () => undefined,
        ...more,
      },
      signal(),
    )

  test('begins its window anew after every bad answer', async () => {
    const begun = Date.now()
    let asked = 0
    await watch({ probe: () => Promise.resolve(++asked === 3 ? 'is ill' : undefined) })
    expect(Date.now() - begun).toBeGreaterThanOrEqual(300)
  })

  test('ends at its deadline with the last reason', async () => {
    await expect(watch({ probe: () => Promise.resolve('is ill') })).rejects.toThrow(
      'web was not healthy within 400 ms: is ill.',
    )
  })

  test('ends as soon as the process does, also when a stranger answers for it', async () => {
    let asked = 0
    const ended = (): string | undefined => (asked > 1 ? 'exit code 1' : undefined)
    const probe = (): Promise<undefined> => {
      asked++
      return Promise.resolve(undefined)
    }
    const answer = watch({ ended, healthyFor: 60_000, probe })
    await expect(answer).rejects.toThrow(/ended by itself \(exit code 1\)/)
  })
})
