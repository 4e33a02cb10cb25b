import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { InstallState } from '../../../shared/domain/install-state.ts'
import type { VersionReport } from '../../../shared/messages/version-report.ts'
import type { Agent } from '../../db/agents.ts'
import { Store } from '../../db/store.ts'
import { recordHostEvents } from './host-events.ts'
import { recordVersionReport } from './version-reports.ts'
import { newDeploy, newTarget } from '../../../test/fixtures/deploy-rows.ts'

const host: Agent = {
  id: 'h000000000001',
  kind: 'host',
  name: 'web-1',
  cluster: 'prod',
  labels: {},
  nkey: 'U1',
}
const digest = 'a'.repeat(64)
const old = 'b'.repeat(64)

const ended = { error: null, endedAt: 9, pausedFrom: null, now: 9 }

let dir: string
let store: Store

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'events-'))
  store = await Store.open(join(dir, 'db'))
  await store.write((writing) => {
    writing.agents.upsert({ ...host, now: 1 })
    const id = writing.deploys.insert(newDeploy())
    writing.targets.insert(newTarget(id, host.name, { hostId: host.id }))
    writing.holds.take({ service: 'web', hostId: host.id, deployId: id })
    const seq = writing.assignments.assign({
      hostId: host.id,
      service: 'web',
      phase: 'activate',
      digest,
      config: null,
      deployId: id,
      accepted: 0,
    })
    writing.targets.setOrder(writing.targets.get(id, host.id)!, seq, 'activate', 1)
  })
})
afterEach(() => {
  store[Symbol.dispose]()
  rmSync(dir, { recursive: true })
})

let serial = 0
const say = (
  state: InstallState,
  more: { seq?: number; id?: string; output?: string[] } = {},
): Promise<void> =>
  store.write((writing) =>
    recordHostEvents(writing, host, [
      { id: `e${serial++}`, at: 5, service: 'web', deployId: 1, seq: 1, ...more, state },
    ]),
  )
const stateNow = (): string | undefined => store.read.targets.get(1, host.id)?.state
const report = (running: string, order?: { seq: number; state: InstallState }): VersionReport => ({
  v: 1,
  at: 9,
  grabber: '0.1.0',
  bootId: 'boot',
  services: [
    {
      service: 'web',
      running,
      current: running,
      health: 'healthy',
      ...(order ? { order: { deployId: 1, ...order } } : {}),
    },
  ],
})

describe('what a host says of its install', () => {
  test('moves the target on, also over steps that were lost', async () => {
    await say('accepted')
    await say('checking')
    expect(stateNow()).toBe('checking')
  })

  test('never moves it back: late and repeated messages change nothing', async () => {
    await say('checking', { id: 'same' })
    await say('stopping')
    await say('checking', { id: 'same' })
    expect(stateNow()).toBe('checking')
    expect(store.read.events.list({ host: host.id }, 0, 10)).toHaveLength(2)
  })

  test('of a failure keeps the step it failed at, and what tells why', async () => {
    await say('checking')
    await say('rolling-back', { output: ['hello', 'Error: KEY is not set', 'bye'] })
    await say('rolled-back')
    expect(store.read.targets.get(1, host.id)).toMatchObject({
      failedAt: 'checking',
      said: ['Error: KEY is not set'],
    })
  })

  test('is told once, also when a report was quicker; but never without what the service said', async () => {
    const told = () =>
      store.read.events.list({ deploy: 1 }, 0, 10).filter(({ kind }) => kind === 'install.state')
    await store.write((writing) =>
      recordVersionReport(writing, host, report(old, { seq: 1, state: 'failed' }), true),
    )
    await say('failed')
    expect(told()).toHaveLength(1)
    await say('failed', { output: ['Error: KEY is not set'] })
    expect(told()).toHaveLength(2)
  })

  test('about an order that is not the latest is kept out of the deploy', async () => {
    await say('failed', { seq: 7 })
    expect(stateNow()).toBe('assigned')
    expect(store.read.events.list({ deploy: 1 }, 0, 10)).toEqual([])
  })

  test('a rollback makes the previous release the wanted one again', async () => {
    await say('rolled-back')
    expect(store.read.assignments.get(host.id, 'web')?.desired).toBe(old)
  })

  test('a release that died after its deploy had ended: the target shows it, and the host is to keep what it has', async () => {
    await say('committed')
    await store.write((writing) => {
      recordVersionReport(writing, host, report(digest), true)
      writing.deploys.move(1, { state: 'succeeded', ...ended })
    })
    await say('rolling-back')
    await say('rolled-back')
    expect(stateNow()).toBe('rolled-back')
    expect(store.read.deploys.get(1)?.state).toBe('succeeded')
    expect(store.read.assignments.get(host.id, 'web')).toMatchObject({ seq: 2, digest: old, desired: old })
    expect(store.read.events.list({ deploy: 1 }, 0, 10).at(-1)).toMatchObject({
      data: { state: 'rolled-back' },
    })
    expect(store.read.targets.takenBack()).toEqual([
      { hostId: host.id, service: 'web', version: 'v2', error: null },
    ])
  })

  test('a late rollback does not touch what a newer deploy wants', async () => {
    await say('committed')
    await store.write((writing) => {
      const next = {
        hostId: host.id,
        service: 'web',
        phase: 'activate',
        digest: old,
        config: null,
        deployId: 2,
        accepted: 0,
      } as const
      writing.assignments.assign({ ...next, digest: 'c'.repeat(64) })
    })
    await say('rolled-back')
    expect(store.read.assignments.get(host.id, 'web')).toMatchObject({ seq: 2, desired: 'c'.repeat(64) })
  })

  test('is believed only when a report shows the release running', async () => {
    await say('committed')
    expect(store.read.targets.get(1, host.id)?.confirmed).toBe(false)
    await store.write((writing) => recordVersionReport(writing, host, report(old), true))
    expect(store.read.targets.get(1, host.id)?.confirmed).toBe(false)
    await store.write((writing) => recordVersionReport(writing, host, report(digest), false))
    expect(store.read.targets.get(1, host.id)?.confirmed).toBe(true)
  })

  test('is believed also of a host that finished after its deploy was cancelled', async () => {
    await store.write((writing) => writing.deploys.move(1, { state: 'cancelled', ...ended }))
    await say('committed')
    const order = { seq: 1, state: 'committed' } as const
    await store.write((writing) => recordVersionReport(writing, host, report(digest, order), true))
    expect(store.read.targets.get(1, host.id)?.confirmed).toBe(true)
  })

  test('is learnt from its report when the events were lost', async () => {
    await store.write((writing) =>
      recordVersionReport(writing, host, report(digest, { seq: 1, state: 'committed' }), true),
    )
    expect(stateNow()).toBe('committed')
    expect(store.read.targets.get(1, host.id)?.confirmed).toBe(true)
  })
})
