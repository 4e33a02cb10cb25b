import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseJournal } from '../../shared/host/journal.ts'
import { journalFile, releaseDir, releasesDir } from '../../shared/host/layout.ts'
import { readCurrent, readMarker } from '../../shared/host/release.ts'
import type { ArtifactRef } from '../../shared/domain/artifact.ts'
import { LoneHost } from '../../test/dev-env/lone-host.ts'
import { eventually } from '../../test/dev-env/poll.ts'

let host: LoneHost

beforeEach(async () => {
  host = await LoneHost.create()
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
})

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

const kinds = {
  good: 'sleep 300',
  broken: 'false',
  mortal: 'sh -c "sleep 0.4; exit 1"',
}
type Kind = keyof typeof kinds | 'staged' | 'again'

const releases = (): string[] => readdirSync(releasesDir(host.paths, 'web'))
const journal = () => parseJournal(readFileSync(journalFile(host.paths, 'web'), 'utf8'))
const cleaned = async (): Promise<void> => {
  // The event loop gets to what follows an install; then the queue says when that is done.
  await new Promise((resolve) => setImmediate(resolve))
  await host.installer.settled()
}

test.each([1, 2, 3])(
  'whatever comes, the releases that are needed stay (seed %i)',
  async (seed) => {
    const next = random(seed)
    const made: ArtifactRef[] = []
    let lastGood: string | undefined
    for (let step = 0; step < 9; step++) {
      const all: Kind[] = [
        'good',
        'good',
        'broken',
        'mortal',
        'staged',
        ...(made.length > 0 ? ['again' as const] : []),
      ]
      const kind = all[Math.floor(next() * all.length)]!
      const artifact =
        kind === 'again'
          ? made[Math.floor(next() * made.length)]!
          : await host.artifact({
              version: `v${step}`,
              command: kinds[kind === 'staged' ? 'good' : kind],
              health: { healthy_for: '50ms', watch_for: kind === 'mortal' ? '20s' : '0s' },
              keepReleases: 1 + Math.floor(next() * 2),
            })
      made.push(artifact)
      const states = await host.install(artifact, { phase: kind === 'staged' ? 'stage' : 'activate' })
      if (states.at(-1) === 'committed' && kind === 'mortal' && journal().previous !== undefined)
        await eventually('the rollback', () => host.statesOf().includes('rolled-back'))
      await cleaned()
      const current = await readCurrent(host.paths, 'web')
      const { previous, next: wanted, state } = journal()
      if (current !== undefined && (await readMarker(host.paths, 'web', current))?.provenHealthyAt)
        lastGood = current
      const inFlight = state === 'staged' ? wanted.digest : undefined
      const needed = [current, previous?.digest, lastGood, inFlight, host.supervisor.find('web')?.digest]
      for (const digest of new Set(needed))
        if (digest !== undefined)
          expect(await readMarker(host.paths, 'web', digest), `${kind} at ${step}`).toBeDefined()
      expect(releases().length).toBeLessThanOrEqual(6)
    }
  },
  60_000,
)

test('a release that cannot be removed fails no install', async () => {
  const stubborn = await host.artifact({ version: 'v1', command: 'sleep 300', keepReleases: 1 })
  await host.install(stubborn)
  const directory = releaseDir(host.paths, 'web', stubborn.digest)
  // Busy for as long as something is mounted in it. Where that is not allowed, what is left to see is that nothing fails.
  const mounted = attempt('mount', ['-t', 'tmpfs', 'none', directory])
  try {
    for (const version of ['v2', 'v3', 'v4']) {
      const artifact = await host.artifact({ version, command: 'sleep 300', keepReleases: 1 })
      expect((await host.install(artifact)).at(-1)).toBe('committed')
      await cleaned()
    }
  } finally {
    if (mounted) attempt('umount', [directory])
  }
})

const attempt = (program: string, args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
