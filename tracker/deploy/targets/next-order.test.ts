import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Store } from '../../db/store.ts'
import { nextOrder } from './next-order.ts'

const hostId = 'h000000000001'
const deploy = { id: 1, service: 'web' }
let dir: string
let store: Store

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'order-'))
  store = await Store.open(join(dir, 'db'))
  await store.write((writing) => {
    writing.agents.upsert({
      id: hostId,
      kind: 'host',
      name: 'web-1',
      cluster: 'prod',
      labels: {},
      nkey: 'U1',
      now: 1,
    })
  })
})
afterEach(() => {
  store[Symbol.dispose]()
  rmSync(dir, { recursive: true })
})

const order = (): Promise<number> =>
  store.write((writing) =>
    nextOrder(writing, deploy, hostId, 'stage', { digest: 'a'.repeat(64), config: null }),
  )

test('each order of a host has a higher seq than the one before', async () => {
  expect([await order(), await order()]).toEqual([1, 2])
})

test('a host that has accepted more than is stored (a backup was restored) is ordered above that', async () => {
  await order()
  await store.write((writing) => {
    const services = [
      {
        service: 'web',
        health: 'healthy' as const,
        order: { seq: 40, deployId: 9, state: 'committed' as const },
      },
    ]
    writing.reports.upsert(hostId, { v: 1, at: 1, grabber: 'x', bootId: 'b', services }, 1)
  })
  expect(await order()).toBe(41)
})
