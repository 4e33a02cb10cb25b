import { createUser } from 'nkeys.js'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Store } from '../../../tracker/db/store.ts'
import { defaultRollout } from '../../../shared/domain/rollout.ts'

export interface SimulatedAgent {
  readonly id: string
  readonly seed: Uint8Array
}

const digest = 'a'.repeat(64)

/** A database as it is after so many hosts have joined and one artifact was built. */
export const populate = async (
  dataDir: string,
  count: number,
): Promise<{ digest: string; agents: SimulatedAgent[] }> => {
  mkdirSync(dataDir, { recursive: true })
  using store = await Store.open(join(dataDir, 'tracker.db'))
  const keys = Array.from({ length: count }, () => createUser())
  const agents = keys.map((key, index) => ({ id: idOf(index), seed: key.getSeed() }))
  await store.write((writing) => {
    writing.services.upsert({ name: 'bench', repo: '/nowhere', path: '.', now: writing.now })
    writing.artifacts.insert({
      digest,
      service: 'bench',
      version: 'v1',
      commit: 'b'.repeat(40),
      buildConfig: 'c'.repeat(64),
      size: 1,
      unpackedSize: 1,
      entries: 1,
      rollout: { ...defaultRollout, canary: 0, batch: '100%' },
      now: writing.now,
    })
    keys.forEach((key, index) =>
      writing.agents.upsert({
        id: idOf(index),
        kind: 'host',
        name: `host-${index}.bench`,
        cluster: 'bench',
        labels: {},
        nkey: key.getPublicKey(),
        now: writing.now,
      }),
    )
  })
  return { digest, agents }
}

const idOf = (index: number): string => `h${index.toString(16).padStart(12, '0')}`
