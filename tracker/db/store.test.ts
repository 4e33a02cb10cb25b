import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Event } from '../../shared/domain/event.ts'
import { Store } from './store.ts'
import { newDeploy } from '../../test/fixtures/deploy-rows.ts'

let dir: string
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'store-'))))
afterEach(() => rmSync(dir, { recursive: true }))

const enrolled = (hostName: string) =>
  ({ kind: 'host.state', hostId: 'h000000000001', data: { hostName, state: 'enrolled' } }) as const

describe('the store', () => {
  test('tells of events only after they are committed, oldest first', async () => {
    using store = await Store.open(join(dir, 'db'))
    const heard: Event[] = []
    store.onEvents((events) => heard.push(...events))
    await Promise.all(['a', 'b'].map((name) => store.write((writing) => writing.emit(enrolled(name)))))
    expect(heard.map((event) => event.seq)).toEqual([1, 2])
    expect(store.read.events.list({}, 0, 10)).toEqual(heard)
  })

  test('a write that throws leaves nothing behind and does not disturb those committed with it', async () => {
    using store = await Store.open(join(dir, 'db'))
    const good = store.write((writing) => writing.emit(enrolled('good')))
    const bad = store.write((writing) => {
      writing.emit(enrolled('bad'))
      throw new Error('no')
    })
    await expect(bad).rejects.toThrow('no')
    await good
    expect(store.read.events.list({}, 0, 10).map((event) => event.data)).toEqual([
      { hostName: 'good', state: 'enrolled' },
    ])
  })

  test('the same event of a host is stored once, however often it is delivered', async () => {
    using store = await Store.open(join(dir, 'db'))
    const results = await Promise.all(
      [1, 2].map(() => store.write((writing) => writing.emit(enrolled('a'), 'boot-1'))),
    )
    expect(results).toEqual([true, false])
    expect(store.read.events.latest()).toBe(1)
  })

  test('what was written is there after the next start', async () => {
    {
      using store = await Store.open(join(dir, 'db'))
      await store.write((writing) => writing.services.upsert({ name: 'web', repo: '/r', path: '.', now: 1 }))
    }
    using store = await Store.open(join(dir, 'db'))
    expect(store.read.services.get('web')).toMatchObject({ repo: '/r' })
  })

  test('of a race of 50 deploys, one has a service on a host to itself, until it ends', async () => {
    using store = await Store.open(join(dir, 'db'))
    const take = () =>
      store.write((writing) => {
        const deployId = writing.deploys.insert(newDeploy())
        writing.holds.take({ service: 'web', hostId: 'web-1', deployId })
        return deployId
      })
    const results = await Promise.allSettled(Array.from({ length: 50 }, take))
    const [winner, ...others] = results.filter((result) => result.status === 'fulfilled')
    expect(others).toEqual([])
    await store.write((writing) => writing.holds.release(winner?.value ?? 0))
    await expect(take()).resolves.toBeGreaterThan(0)
  })

  test('a database of a newer tracker is refused', async () => {
    const db = new Database(join(dir, 'db'))
    db.pragma('user_version = 999')
    db.close()
    await expect(Store.open(join(dir, 'db'))).rejects.toThrow('written by a newer tracker (schema 999)')
  })
})
