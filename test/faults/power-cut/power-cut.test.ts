import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type * as FileSystem from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type * as SyncFilesystem from '../../../grabber/releases/sync-filesystem.ts'
import type { ArtifactRef } from '../../../shared/domain/artifact.ts'
import type { HostConfig } from '../../../shared/domain/settings.ts'
import { isSameEdition, type Edition } from '../../../shared/host/edition.ts'
import { formatJournal, parseJournal, type JournalEntry } from '../../../shared/host/journal.ts'
import { bootId } from '../../../shared/host/process.ts'
import type { Phase, SignedOrder } from '../../../shared/messages/order.ts'
import { LoneHost } from '../../dev-env/lone-host.ts'
import { eventually } from '../../dev-env/poll.ts'
import { processesIn } from '../../dev-env/temporary-directory.ts'
import { lookAt, type ServiceFacts } from '../checks/host-facts.ts'
import { broken, hostPromises, nameOf, type Goods } from '../checks/host-promises.ts'
import { treeHash } from '../checks/tree-hash.ts'
import { Random } from '../random.ts'
import { afterPowerCut, choiceOf, fingerprint, writeDisk, type Disk } from './disk.ts'
import { record } from './recorder.ts'

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof FileSystem>()
  const { recordedCalls } = await import('./recorded-filesystem.ts')
  const calls = { ...actual, ...recordedCalls(actual) }
  return { ...calls, default: calls }
})
vi.mock('../../../grabber/releases/sync-filesystem.ts', async (original) => {
  const actual = await original<typeof SyncFilesystem>()
  const { recordedSyncFilesystem } = await import('./recorded-filesystem.ts')
  return { syncFilesystemOf: recordedSyncFilesystem(actual.syncFilesystemOf) }
})
vi.mock('../../../grabber/releases/remove-tree.ts', async () => {
  const { recordedRemoveTree } = await import('./recorded-filesystem.ts')
  return { removeTree: recordedRemoveTree }
})

const service = 'web'
let host: LoneHost
let goods: Goods[]
/** One release has several settings. */
let isSettingsOnly: boolean
beforeEach(async () => {
  host = await LoneHost.create()
  goods = []
  isSettingsOnly = false
})
afterEach(() => host[Symbol.asyncDispose]())

const look = (): Promise<ServiceFacts> => lookAt(host.paths, service, undefined, 'sleep')

/** A good one is healthy at once, a broken one never: not how fast this machine is decides, unless it is very slow. */
const artifact = (version: string, kind: 'good' | 'broken' = 'good'): Promise<ArtifactRef> =>
  host.artifact({
    version,
    command: 'sleep 300',
    files: { 'greeting.txt': version, 'data/more.txt': version.repeat(10), [kind]: '' },
    health: {
      command: 'test -e good && test "$MOOD" != bad',
      healthy_for: '1ms',
      interval: '10ms',
      deadline: kind === 'good' ? '400ms' : '100ms',
      watch_for: '1ms',
    },
    keepReleases: 1,
  })

/** Settings that say which they are. Each release comes with some of its own. */
const configNamed = (name: string, mood = 'good'): HostConfig => ({
  id: `${Number(name.replace(/\D/g, '')) + 1}-0123456789ab`,
  env: { EDITION: name, MOOD: mood },
  plain: [],
})
const configFor = ({ version }: ArtifactRef): HostConfig => configNamed(version)
const editionFor = (ref: ArtifactRef, { id } = configFor(ref)): Edition => ({
  digest: ref.digest,
  config: id,
})

/** Installs it, and remembers what whole looks like. */
const install = async (ref: ArtifactRef): Promise<void> => {
  await host.install(ref, { config: configFor(ref) })
  remember(ref)
}
const remember = ({ digest, version }: ArtifactRef): void => {
  const release = join(host.paths.root, 'services', service, 'releases', digest)
  goods.push({ service, version, digest, tree: treeHash(release) })
}

const powerGoes = async (disk: Disk): Promise<void> => {
  await host.stopGrabber()
  for (
    let left = processesIn(dirname(host.paths.root));
    left.length > 0;
    left = processesIn(dirname(host.paths.root))
  )
    for (const pid of left) process.kill(pid, 'SIGKILL')
  for (const top of disk.tops.keys()) rmSync(top, { recursive: true })
  writeDisk(disk)
  pretendOtherBoot(host.paths.state)
}

/** All that was written about processes is from a boot that is over. */
const pretendOtherBoot = (directory: string): void => {
  const other = '00000000-0000-4000-8000-000000000000'
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path, 'utf8')
    if (!text.includes(bootId())) continue
    const isJournal = text.includes('"checksum"')
    writeFileSync(path, isJournal ? withBoot(text, other) : text.replaceAll(bootId(), other))
  }
}

/** Also of the process that the journal watches: a reboot ends every process, which says nothing about a release. */
const withBoot = (text: string, other: string): string => {
  try {
    const entry = JSON.stringify(parseJournal(text)).replaceAll(bootId(), other)
    return formatJournal(JSON.parse(entry) as JournalEntry)
  } catch {
    return text
  }
}

/** The disks that a power cut may leave, at any moment of `job`, each once. */
const disksOf = async (job: () => Promise<unknown>): Promise<ReadonlyMap<string, Disk>> => {
  const { root, state } = host.paths
  const moments = await record([root, state], job)
  const disks = new Map<string, [string, Disk]>()
  moments.forEach((moment, index) => {
    const random = new Random(String(index))
    const mixed = { keepsName: () => random.chance(0.5), keepsData: () => random.chance(0.5) }
    for (const [loss, choice] of [...Object.entries(choiceOf), ['some', mixed] as const]) {
      const disk = afterPowerCut(moment, choice)
      const label = `${index} ${moment.label.replaceAll(dirname(root), '')}, lost is ${loss}`
      if (!disks.has(fingerprint(disk))) disks.set(fingerprint(disk), [label, disk])
    }
  })
  return new Map(disks.values())
}

/** By the label of the disk, what is wrong on it. */
const tryAll = async (
  disks: ReadonlyMap<string, Disk>,
  before: ServiceFacts,
  order: SignedOrder,
  ordered: ArtifactRef,
  end: Edition,
): Promise<Record<string, object>> => {
  const problems: Record<string, object> = {}
  for (const [label, disk] of thinned([...disks])) {
    await powerGoes(disk)
    const found = {
      ...brokenOnDisk(await look()),
      ...(await brokenAfterRecovery(before, order, ordered, end)),
    }
    if (Object.keys(found).length > 0) problems[label] = found
  }
  return problems
}

/** All of them take minutes: `scripts/faults --power-cuts` tries them. */
const isThorough = process.env['POWER_CUTS'] === 'all'
const thinned = <T>(all: readonly T[]): readonly T[] =>
  isThorough ? all : all.filter((_, index) => index % 11 === 0)

/** Before anybody repairs anything. */
const brokenOnDisk = (found: ServiceFacts): Record<string, string> => {
  const { current, releases, journal } = found
  const whole = goods.find(({ digest }) => digest === current)?.tree
  return {
    ...(current !== undefined && releases.get(current) !== whole
      ? { 'current on disk': 'is not whole' }
      : {}),
    ...(journal && 'unreadable' in journal ? { 'journal on disk': journal.unreadable } : {}),
  }
}

const brokenAfterRecovery = async (
  before: ServiceFacts,
  order: SignedOrder,
  ordered: ArtifactRef,
  end: Edition,
): Promise<Record<string, string>> => {
  await host.restartGrabber()
  await host.installer.settled()
  const recovered = await stillBroken(before, ordered)
  // Its tracker still wants the same, and is asked.
  host.installer.accept(order)
  await host.installer.settled()
  const { current } = await look()
  const runs = host.supervisor.find(service)
  const isAsWanted = current === end.digest && isSameEdition(runs, end)
  const what = `current is ${String(current)}, and ${JSON.stringify(runs)} runs`
  return { ...recovered, ...brokenPair(), ...(isAsWanted ? {} : { 'in the end': what }) }
}

/** Settings of one release with another are as bad as half a release. */
const brokenPair = (): Record<string, string> => {
  const runs = host.supervisor.find(service)
  if (!runs) return {}
  const environment = readFileSync(`/proc/${runs.identity.pid}/environ`, 'utf8').split('\0')
  const [, name = 'nothing'] =
    environment.map((each) => /^EDITION=(.*)/.exec(each)).find((found) => found) ?? []
  const isOwn =
    configNamed(name).id === runs.config && (isSettingsOnly || nameOf({ goods }, runs.digest) === name)
  return isOwn ? {} : { 'the pair': `${nameOf({ goods }, runs.digest)} runs with the settings of ${name}` }
}

/** A process that was just started may not be seen yet. */
const stillBroken = async (before: ServiceFacts, ordered: ArtifactRef): Promise<Record<string, string>> => {
  for (const deadline = Date.now() + 1000; ;) {
    const after = await look()
    const promised = broken(hostPromises, { service, before, after, ordered: [ordered.digest], goods })
    const found = { ...promised, ...brokenPair() }
    if (Object.keys(found).length === 0 || Date.now() > deadline) return found
    await delay(20)
  }
}

/** Gives the order and waits for its end, recording what a power cut could leave on the way. */
const carryOut = async (
  ref: ArtifactRef,
  phase: Phase = 'activate',
  config = configFor(ref),
): Promise<{ order: SignedOrder; disks: ReadonlyMap<string, Disk> }> => {
  const order = host.sign(ref, { phase, config })
  const seq = host.lastSeq
  const disks = await disksOf(async () => {
    host.installer.accept(order)
    await eventually('the end of the order', () => host.endOf(seq))
    await host.installer.settled()
  })
  remember(ref)
  return { order, disks }
}

describe('a power cut at any instant leaves the old release or the new one, whole and running,', () => {
  test('during an upgrade', async () => {
    await install(await artifact('v0'))
    await install(await artifact('v1'))
    const before = { ...(await look()), processes: [] }
    const v2 = await artifact('v2')
    const { order, disks } = await carryOut(v2)
    expect(await tryAll(disks, before, order, v2, editionFor(v2))).toEqual({})
  }, 600_000)

  test('while a release is only staged', async () => {
    const v1 = await artifact('v1')
    await install(v1)
    const before = { ...(await look()), processes: [] }
    const v2 = await artifact('v2')
    const { order, disks } = await carryOut(v2, 'stage')
    expect(await tryAll(disks, before, order, v2, editionFor(v1))).toEqual({})
  }, 600_000)

  test('during the way back from a broken release', async () => {
    const v1 = await artifact('v1')
    await install(v1)
    const before = { ...(await look()), processes: [] }
    const v2 = await artifact('v2', 'broken')
    const { order, disks } = await carryOut(v2)
    expect(await tryAll(disks, before, order, v2, editionFor(v1))).toEqual({})
  }, 600_000)

  test('during a first install', async () => {
    const before = { ...(await look()), processes: [] }
    const v1 = await artifact('v1')
    const { order, disks } = await carryOut(v1)
    expect(await tryAll(disks, before, order, v1, editionFor(v1))).toEqual({})
  }, 600_000)

  test.runIf(isThorough).each(['good', 'bad'])(
    'while only the settings change, to %s ones',
    async (mood) => {
      isSettingsOnly = true
      const v1 = await artifact('v1')
      await install(v1)
      const before = { ...(await look()), processes: [] }
      const changed = configNamed('v2', mood)
      const { order, disks } = await carryOut(v1, 'activate', changed)
      const end = editionFor(v1, mood === 'good' ? changed : configFor(v1))
      expect(await tryAll(disks, before, order, v1, end)).toEqual({})
    },
    600_000,
  )
})
