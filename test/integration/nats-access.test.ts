import { connect, nkeyAuthenticator, type NatsConnection } from 'nats'
import { createUser } from 'nkeys.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAlive, identify } from '../../shared/host/process.ts'
import { createLogger } from '../../shared/log.ts'
import type { Agent } from '../../tracker/db/agents.ts'
import { renderUsers } from '../../tracker/nats-server/config-file.ts'
import { NatsServer, stopNatsServer } from '../../tracker/nats-server/server.ts'
import { eventually } from '../dev-env/poll.ts'
import { processesIn, TemporaryDirectory } from '../dev-env/temporary-directory.ts'

const log = createLogger('test', 'silent')
const key = () => {
  const pair = createUser()
  return { seed: pair.getSeed(), publicKey: pair.getPublicKey() }
}
const keys = { orders: key(), rpc: key(), a: key(), b: key(), packer: key() }
const agent = (id: string, kind: 'host' | 'packer', cluster: string | null, nkey: string): Agent => ({
  id,
  kind,
  name: id,
  cluster,
  labels: {},
  nkey,
})
const hostA = agent('haaaaaaaaaaaa', 'host', 'prod', keys.a.publicKey)
const hostB = agent('hbbbbbbbbbbbb', 'host', 'test', keys.b.publicKey)
const packer = agent('pcccccccccccc', 'packer', null, keys.packer.publicKey)
const users = (...agents: Agent[]): string =>
  renderUsers({ orders: keys.orders.publicKey, rpc: keys.rpc.publicKey }, agents)

let directory: TemporaryDirectory
let server: NatsServer

beforeAll(async () => {
  directory = await TemporaryDirectory.create()
  server = await NatsServer.start(directory.path, '127.0.0.1:0', users(hostA, hostB, packer), log)
})
afterAll(async () => {
  server[Symbol.dispose]()
  await stopNatsServer(directory.path)
  await directory[Symbol.asyncDispose]()
})

const connectAs = (seed: Uint8Array): Promise<NatsConnection> =>
  connect({ servers: server.url, authenticator: nkeyAuthenticator(seed), reconnect: false, timeout: 2000 })

/** Whether the server lets this client subscribe, by what it says on the connection. */
const maySubscribe = async (seed: Uint8Array, subject: string, queue?: string): Promise<boolean> => {
  const connection = await connectAs(seed)
  try {
    const subscription = connection.subscribe(subject, queue === undefined ? {} : { queue })
    await connection.flush().catch(() => undefined)
    const denied = await Promise.race([
      subscription.closed.then(() => true),
      connection.flush().then(() => false),
    ])
    return !denied && !subscription.isClosed()
  } finally {
    await connection.close()
  }
}

/** Whether what this client publishes arrives at somebody who may listen there. */
const arrives = async (seed: Uint8Array, subject: string, listener: Uint8Array): Promise<boolean> => {
  const [from, to] = await Promise.all([connectAs(seed), connectAs(listener)])
  try {
    let heard = false
    to.subscribe(subject, { callback: () => (heard = true) })
    await to.flush()
    from.publish(subject, 'x')
    await from.flush().catch(() => undefined)
    await to.flush()
    return heard
  } finally {
    await Promise.all([from.close(), to.close()])
  }
}

describe('the nats-server that a tracker starts', () => {
  test('lets nobody in without credentials, or with a key it does not know', async () => {
    await expect(connect({ servers: server.url, reconnect: false, timeout: 2000 })).rejects.toThrow(
      /Authorization/,
    )
    await expect(connectAs(key().seed)).rejects.toThrow(/Authorization/)
  })

  test('listens on loopback only', () => {
    expect(server.url).toMatch(/^nats:\/\/127\.0\.0\.1:/)
  })

  test('lets a host hear its own orders, its cluster and its own inbox', async () => {
    for (const subject of [
      'at.v1.order.haaaaaaaaaaaa',
      'at.v1.ask.haaaaaaaaaaaa',
      'at.v1.cluster.prod',
      '_INBOX.haaaaaaaaaaaa.>',
    ]) {
      expect(await maySubscribe(keys.a.seed, subject), subject).toBe(true)
    }
  })

  test.each([
    'at.v1.order.hbbbbbbbbbbbb',
    'at.v1.order.*',
    'at.v1.ask.hbbbbbbbbbbbb',
    'at.v1.ask.*',
    'at.v1.cluster.test',
    'at.v1.rpc.>',
    '_INBOX.>',
    '_INBOX.hbbbbbbbbbbbb.>',
    '$SYS.>',
    '>',
  ])('does not let a host hear %s', async (subject) => {
    expect(await maySubscribe(keys.a.seed, subject)).toBe(false)
    expect(await maySubscribe(keys.a.seed, subject, 'queue')).toBe(false)
  })

  test('does not let a host order others about, or speak in their name', async () => {
    expect(await arrives(keys.orders.seed, 'at.v1.order.hbbbbbbbbbbbb', keys.b.seed)).toBe(true)
    expect(await arrives(keys.a.seed, 'at.v1.order.hbbbbbbbbbbbb', keys.b.seed)).toBe(false)
    expect(await arrives(keys.a.seed, 'at.v1.rpc.haaaaaaaaaaaa.events', keys.rpc.seed)).toBe(true)
    expect(await arrives(keys.a.seed, 'at.v1.rpc.hbbbbbbbbbbbb.events', keys.rpc.seed)).toBe(false)
    expect(await arrives(keys.packer.seed, 'at.v1.order.hbbbbbbbbbbbb', keys.b.seed)).toBe(false)
  })

  test('lets the tracker ask a host, and nobody else; the host alone answers in its name', async () => {
    expect(await arrives(keys.orders.seed, 'at.v1.ask.hbbbbbbbbbbbb', keys.b.seed)).toBe(true)
    for (const { seed } of [keys.a, keys.packer, keys.rpc])
      expect(await arrives(seed, 'at.v1.ask.hbbbbbbbbbbbb', keys.b.seed)).toBe(false)
    expect(await arrives(keys.b.seed, 'at.v1.rpc.hbbbbbbbbbbbb.answer', keys.rpc.seed)).toBe(true)
    expect(await arrives(keys.a.seed, 'at.v1.rpc.hbbbbbbbbbbbb.answer', keys.rpc.seed)).toBe(false)
  })

  test('lets the tracker hand a build to one packer, which no other one hears, and nobody else', async () => {
    const own = ['at.v1.build.pcccccccccccc', 'at.v1.stop-build.pcccccccccccc', 'at.v1.resolve.pcccccccccccc']
    for (const subject of own) {
      expect(await arrives(keys.orders.seed, subject, keys.packer.seed), subject).toBe(true)
      expect(await arrives(keys.packer.seed, subject, keys.packer.seed), subject).toBe(false)
      expect(await arrives(keys.a.seed, subject, keys.packer.seed), subject).toBe(false)
    }
    for (const subject of ['at.v1.build.pdddddddddddd', 'at.v1.build.*', 'at.v1.resolve.*', 'at.v1.resolve'])
      expect(await maySubscribe(keys.packer.seed, subject), subject).toBe(false)
    expect(await maySubscribe(keys.packer.seed, 'at.v1.resolve', 'packers')).toBe(true)
  })

  test('cannot be made to publish an order by the reply subject of a request: who answers may only write to inboxes', async () => {
    expect(await arrives(keys.rpc.seed, 'at.v1.order.hbbbbbbbbbbbb', keys.b.seed)).toBe(false)
  })

  test('lets a new host in and puts a removed one out, without disconnecting the others', async () => {
    const late = key()
    const stays = await connectAs(keys.a.seed)
    const leaves = await connectAs(keys.b.seed)
    let stayed = true
    void stays.closed().then(() => (stayed = false))
    server.reload(users(hostA, agent('hdddddddddddd', 'host', 'prod', late.publicKey), packer))
    await eventually('the removed host to be put out', () => leaves.isClosed() || undefined)
    const joined = await connectAs(late.seed)
    expect(stayed).toBe(true)
    await Promise.all([joined.close(), stays.close()])
    server.reload(users(hostA, hostB, packer))
    await eventually('the host to be let in again', () =>
      connectAs(keys.b.seed).then(
        (connection) => connection.close().then(() => true),
        () => undefined,
      ),
    )
  })

  test('is taken over by the next tracker as it is: nobody is disconnected', async () => {
    const host = await connectAs(keys.a.seed)
    const before = processesIn(directory.path)
    server[Symbol.dispose]()
    server = await NatsServer.start(directory.path, '127.0.0.1:0', users(hostA, hostB, packer), log)
    expect(processesIn(directory.path)).toEqual(before)
    expect(host.isClosed()).toBe(false)
    await host.close()
  })

  test('is started again at the same address when it dies', async () => {
    const { url } = server
    const [pid] = processesIn(directory.path)
    const identity = identify(pid!)!
    process.kill(pid!, 'SIGKILL')
    await eventually('it to be gone', () => !isAlive(identity) || undefined)
    await eventually('a new one', () => processesIn(directory.path).length === 1 || undefined)
    expect(server.url).toBe(url)
    const host = await eventually('it to answer', () => connectAs(keys.a.seed).catch(() => undefined))
    await host.close()
  })
})
