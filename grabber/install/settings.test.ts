import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ArtifactRef } from '../../shared/domain/artifact.ts'
import type { InstallState } from '../../shared/domain/install-state.ts'
import type { HostConfig } from '../../shared/domain/settings.ts'
import { editionOf } from '../../shared/host/edition.ts'
import { formatJournal, parseJournal, type JournalEntry } from '../../shared/host/journal.ts'
import { configFile, journalFile, processFile } from '../../shared/host/layout.ts'
import { readProcessRecord } from '../../shared/host/process-record.ts'
import { openOrder } from '../../shared/signing/orders.ts'
import { LoneHost, type ServiceFiles } from '../../test/dev-env/lone-host.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { keepConfig } from '../releases/config-store.ts'

let host: LoneHost

beforeEach(async () => {
  host = await LoneHost.create()
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
})

/** Dies at once unless it is told something kind. */
const service = (version: string, more: Partial<ServiceFiles> = {}): ServiceFiles => ({
  version,
  command: `sh -c 'case $GREETING in rude*) echo "I was told: $GREETING"; exit 3;; esac; exec sleep 300'`,
  health: { healthy_for: '50ms', interval: '20ms' },
  ...more,
})
const config = (version: number, greeting: string, plain: string[] = []): HostConfig => ({
  id: `${version}-0123456789ab`,
  env: { GREETING: greeting },
  plain,
})
const kind = config(1, 'kind words')
const kinder = config(2, 'kinder words')
const rude = config(3, 'rude words')

/** What the running process itself has, and which config it is said to be. */
const running = ():
  { digest: string; config?: string | undefined; greeting?: string | undefined } | undefined => {
  const record = host.supervisor.find('web')
  if (!record) return undefined
  const environment = readFileSync(`/proc/${record.identity.pid}/environ`, 'utf8').split('\0')
  const greeting = environment.find((variable) => variable.startsWith('GREETING='))?.slice('GREETING='.length)
  return { ...editionOf(record), ...(greeting === undefined ? {} : { greeting }) }
}
const runs = ({ digest }: ArtifactRef, { id, env }: HostConfig) => ({
  digest,
  config: id,
  greeting: env['GREETING'],
})
const journal = (): JournalEntry => parseJournal(readFileSync(journalFile(host.paths, 'web'), 'utf8'))
const modeOf = (path: string): number => statSync(path).mode & 0o777
const configs = (): string[] => readdirSync(dirname(configFile(host.paths, 'web', kind.id))).sort()

/** The host was switched off and on again: nothing runs, and what is written down speaks of another boot. */
const reboot = async (): Promise<void> => {
  await host.stopGrabber()
  const record = readProcessRecord(host.paths, 'web')
  await host.supervisor.stop('web', { signal: 'SIGKILL', grace: 1000 }, AbortSignal.timeout(5000))
  if (record) {
    const identity = { ...record.identity, bootId: 'another' }
    writeFileSync(processFile(host.paths, 'web'), JSON.stringify({ ...record, identity }))
  }
  await host.restartGrabber()
}

describe('a release with settings', () => {
  test('runs with them, between those of its own file and those of its host', async () => {
    const v1 = await host.artifact(service('v1'))
    await host.install(v1, { config: kind })
    expect(running()).toEqual(runs(v1, kind))
    writeFileSync(`${host.paths.state}/env/web.env`, 'GREETING=words of this host\n')
    await host.install(v1, { config: kinder })
    expect(running()).toEqual({ ...runs(v1, kinder), greeting: 'words of this host' })
  })

  test('that has others is started anew, and one that has the same is not', async () => {
    const v1 = await host.artifact(service('v1'))
    await host.install(v1, { config: kind })
    expect(await host.install(v1, { config: kind })).toEqual(['skipped'])
    const states = await host.install(v1, { config: kinder })
    expect(states).toEqual(['accepted', 'stopping', 'switching', 'starting', 'checking', 'committed'])
    expect(running()).toEqual(runs(v1, kinder))
    expect((await host.install(v1)).at(-1)).toBe('committed')
    expect(running()).toEqual({ digest: v1.digest })
  })

  test('goes back to those of before when it does not work with them, and says so without telling them', async () => {
    const v1 = await host.artifact(service('v1'))
    await host.install(v1, { config: kind })
    expect((await host.install(v1, { config: rude })).slice(-2)).toEqual(['rolling-back', 'rolled-back'])
    expect(running()).toEqual(runs(v1, kind))
    expect(host.lastEvent.output).toContain('I was told: [GREETING]')
    expect(JSON.stringify(host.events)).not.toContain('rude words')
    expect(await host.install(v1, { config: kind })).toEqual(['skipped'])
  })

  test('brings both back when code and settings were changed together', async () => {
    const v1 = await host.artifact(service('v1'))
    await host.install(v1, { config: kind })
    const v2 = await host.artifact(service('v2'))
    expect((await host.install(v2, { config: rude })).at(-1)).toBe('rolled-back')
    expect(running()).toEqual(runs(v1, kind))
  })

  test('shows the value of a setting that is no secret', async () => {
    const v1 = await host.artifact(service('v1'))
    await host.install(v1, { config: { ...rude, plain: ['GREETING'] } })
    expect(host.lastEvent.output).toContain('I was told: rude words')
  })

  test('goes back to those of before when it dies soon after, and they stay proven', async () => {
    const mortal = await host.artifact({
      version: 'v1',
      command: `sh -c 'sleep $LIFE; exit 7'`,
      health: { healthy_for: '100ms', watch_for: '20s' },
    })
    const long = { id: '1-0123456789ab', env: { LIFE: '300' }, plain: [] }
    await host.install(mortal, { config: long })
    await host.install(mortal, { config: { id: '2-0123456789ab', env: { LIFE: '1' }, plain: [] } })
    await eventually('the way back', () => host.statesOf().includes('rolled-back'))
    expect(running()?.config).toBe(long.id)
    expect(await host.install(mortal, { config: long })).toEqual(['skipped'])
    expect(journal().previous).toEqual({ digest: mortal.digest, config: long.id })
  })
})

describe('which settings belong to what runs', () => {
  test('is known after a reboot, whatever became of the last order', async () => {
    const v1 = await host.artifact(service('v1'))
    await host.install(v1, { config: kind })
    await reboot()
    expect(running()).toEqual(runs(v1, kind))

    await host.install(v1, { config: kinder, phase: 'stage' })
    await reboot()
    expect(running()).toEqual(runs(v1, kind))

    await host.install(v1, { config: rude })
    await reboot()
    expect(running()).toEqual(runs(v1, kind))

    await host.install(v1, { config: kinder })
    await reboot()
    expect(running()).toEqual(runs(v1, kinder))
  })

  test.each(['accepted', 'stopping', 'starting'] as const)(
    'is the new ones once an order is through that was interrupted by a reboot while %s',
    async (state) => {
      const v1 = await host.artifact(service('v1'))
      await host.install(v1, { config: kind })
      await interruptedAt(state, v1, kinder)
      await reboot()
      expect(host.lastEvent.state).toBe('committed')
      expect(running()).toEqual(runs(v1, kinder))
    },
  )

  test('is the new ones also for a reboot in the middle of the health window', async () => {
    const v1 = await host.artifact(service('v1', { health: { healthy_for: '300ms' } }))
    await host.install(v1, { config: kind })
    host.installer.accept(host.sign(v1, { config: kinder }))
    await eventually('checking', () => host.statesOf().includes('checking'))
    await reboot()
    expect(host.lastEvent.state).toBe('committed')
    expect(running()).toEqual(runs(v1, kinder))
  })

  test('is the old ones where the new fail after an interruption', async () => {
    const v1 = await host.artifact(service('v1'))
    await host.install(v1, { config: kind })
    await interruptedAt('rolling-back', v1, rude)
    await reboot()
    expect(host.lastEvent.state).toBe('rolled-back')
    expect(running()).toEqual(runs(v1, kind))
  })

  /** As a grabber leaves it that is killed while an order for the same release with other settings is at `state`. */
  const interruptedAt = async (
    state: InstallState,
    artifact: ArtifactRef,
    wanted: HostConfig,
  ): Promise<void> => {
    await host.stopGrabber()
    const order = host.sign(artifact, { config: wanted })
    const before = journal().next
    await keepConfig(host.paths, 'web', wanted)
    if (!['accepted', 'staged'].includes(state))
      await host.supervisor.stop('web', { signal: 'SIGKILL', grace: 1000 }, AbortSignal.timeout(5000))
    const { watch: _, ...rest } = journal()
    const entry: JournalEntry = {
      ...rest,
      order,
      seq: host.lastSeq,
      state,
      phase: 'activate',
      next: { digest: artifact.digest, config: wanted.id },
      replaces: before,
      previous: before,
    }
    writeFileSync(journalFile(host.paths, 'web'), formatJournal(entry))
  }
})

describe('settings on the disk of a host', () => {
  test('are readable by the grabber alone, and gone when nothing needs them', async () => {
    const v1 = await host.artifact(service('v1', { keepReleases: 1 }))
    await host.install(v1, { config: kind })
    const kept = configFile(host.paths, 'web', kind.id)
    expect([modeOf(kept), modeOf(journalFile(host.paths, 'web'))]).toEqual([0o600, 0o600])
    expect(modeOf(dirname(kept))).toBe(0o700)
    await host.install(v1, { config: kinder })
    await host.install(await host.artifact(service('v2', { keepReleases: 1 })), { config: rude })
    await eventually('the clean-up', () => configs().join() === `web.${kinder.id}.json`)
  })

  test('that are lost keep the release from being started without them', async () => {
    const v1 = await host.artifact(service('v1'))
    await host.install(v1, { config: kind })
    writeFileSync(configFile(host.paths, 'web', kind.id), '{"id":')
    await reboot()
    expect(running()).toBeUndefined()
  })

  test('never lead to an order being taken that is not as it was signed', () => {
    const order = host.sign({ ...aRef, digest: 'a'.repeat(64) }, { config: kind })
    const payload = Buffer.from(order.payload, 'base64').toString().replace('kind words', 'evil words')
    const forged = { ...order, payload: Buffer.from(payload).toString('base64') }
    expect(openOrder(order, host.host.orderKey).config).toEqual(kind)
    expect(() => openOrder(forged, host.host.orderKey)).toThrow(/not signed by this host's tracker/)
  })
})

const aRef = { version: 'v1', commit: 'c'.repeat(40), size: 1, unpackedSize: 1, entries: 1 }
