import type { ArtifactRef } from '../../shared/domain/artifact.ts'
import type { Rollout } from '../../shared/domain/rollout.ts'
import type { Db } from './open.ts'

export interface Artifact extends ArtifactRef {
  readonly service: string
  readonly buildConfig: string
  readonly rollout: Rollout
  readonly createdAt: number
  /** When it was given up: from then on nobody can choose it. Null while it is kept. */
  readonly removedAt: number | null
}

/** What decides whether it is kept. */
export type StoredArtifact = Pick<
  Artifact,
  'digest' | 'service' | 'version' | 'commit' | 'size' | 'createdAt'
>

/** Of the artifacts of a service: all that is kept, and what came and went since a moment. */
export interface ArtifactSums {
  readonly service: string
  readonly count: number
  readonly bytes: number
  readonly added: number
  readonly removed: number
}

type NewArtifact = Omit<Artifact, 'createdAt' | 'removedAt'> & { readonly now: number }

type Row = Omit<Artifact, 'rollout'> & { rollout: string }

const artifactOf = (row: Row): Artifact => ({ ...row, rollout: JSON.parse(row.rollout) as Rollout })

export const artifactRefOf = (artifact: Artifact): ArtifactRef => ({
  digest: artifact.digest,
  version: artifact.version,
  commit: artifact.commit,
  size: artifact.size,
  unpackedSize: artifact.unpackedSize,
  entries: artifact.entries,
})

export const artifactsTable = (db: Db) => {
  const columns = `digest, service, version, commit_id AS "commit", build_config AS buildConfig, size,
    unpacked_size AS unpackedSize, entries, rollout, created_at AS createdAt, removed_at AS removedAt FROM artifacts`
  const get = db.prepare<[string], Row>(`SELECT ${columns} WHERE digest = ?`)
  const byPrefix = db.prepare<[string, string], Row>(
    `SELECT ${columns} WHERE service = ? AND digest GLOB ? || '*' ORDER BY removed_at IS NOT NULL LIMIT 2`,
  )
  const byCommit = db.prepare<[string, string, string], Row>(
    `SELECT ${columns} WHERE service = ? AND commit_id = ? AND build_config = ? AND removed_at IS NULL
     ORDER BY created_at DESC, rowid DESC LIMIT 1`,
  )
  const newest = db.prepare<[], Row>(
    `SELECT ${columns} WHERE removed_at IS NULL ORDER BY created_at DESC LIMIT 1`,
  )
  const versions = db.prepare<[], { digest: string; version: string }>(
    'SELECT digest, version FROM artifacts',
  )
  const rename = db.prepare('UPDATE artifacts SET version = ? WHERE digest = ?')
  const insert = db.prepare(
    `INSERT INTO artifacts (digest, service, version, commit_id, build_config, size, unpacked_size, entries, rollout, created_at)
     VALUES (@digest, @service, @version, @commit, @buildConfig, @size, @unpackedSize, @entries, @rollout, @now)
     ON CONFLICT (digest) DO UPDATE SET version = @version, created_at = @now, removed_at = NULL, erased_at = NULL
       WHERE removed_at IS NOT NULL`,
  )
  const storedWhere = (condition: string): string =>
    `SELECT digest, service, version, commit_id AS "commit", size, created_at AS createdAt FROM artifacts
     WHERE removed_at IS NULL AND ${condition} ORDER BY service, created_at DESC, rowid DESC`
  const kept = db.prepare<[], StoredArtifact>(storedWhere('true'))
  const keptOf = db.prepare<[string], StoredArtifact>(storedWhere('service = ?'))
  const giveUp = db.prepare('UPDATE artifacts SET removed_at = ? WHERE digest = ?')
  const toErase = db.prepare<[string, number], { digest: string; size: number }>(
    'SELECT digest, size FROM artifacts WHERE removed_at IS NOT NULL AND erased_at IS NULL AND digest > ? ORDER BY digest LIMIT ?',
  )
  const setErased = db.prepare(
    'UPDATE artifacts SET erased_at = ? WHERE digest = ? AND removed_at IS NOT NULL',
  )
  const sums = db.prepare<[{ since: number }], ArtifactSums>(
    `SELECT service, total(removed_at IS NULL) AS count, total(iif(removed_at IS NULL, size, 0)) AS bytes,
       total(iif(created_at >= @since, size, 0)) AS added, total(iif(removed_at >= @since, size, 0)) AS removed
     FROM artifacts GROUP BY service ORDER BY bytes DESC, service`,
  )

  return {
    /** Also one that was given up: hosts may have it. */
    get: (digest: string): Artifact | undefined => {
      const row = get.get(digest)
      return row && artifactOf(row)
    },
    newest: (): Artifact | undefined => {
      const row = newest.get()
      return row && artifactOf(row)
    },
    /** The artifacts of a service whose digest starts so: two at most, enough to see that it is ambiguous. */
    byPrefix: (service: string, prefix: string): Artifact[] => byPrefix.all(service, prefix).map(artifactOf),
    byCommit: (service: string, commit: string, buildConfig: string): Artifact | undefined => {
      const row = byCommit.get(service, commit, buildConfig)
      return row && artifactOf(row)
    },
    versionsByDigest: (): Map<string, string> =>
      new Map(versions.all().map(({ digest, version }) => [digest, version])),
    rename: (digest: string, version: string): void => void rename.run(version, digest),
    /** One that was given up is there again. */
    insert: (artifact: NewArtifact): void =>
      void insert.run({ ...artifact, rollout: JSON.stringify(artifact.rollout) }),
    /** Of one service or of all, by service, the newest of each first. */
    kept: (service?: string): StoredArtifact[] => (service === undefined ? kept.all() : keptOf.all(service)),
    giveUp: (digest: string, now: number): void => void giveUp.run(now, digest),
    /** Those given up that the store may still have, by digest. */
    toErase: (after: string, limit: number): { digest: string; size: number }[] => toErase.all(after, limit),
    setErased: (digest: string, now: number): void => void setErased.run(now, digest),
    sums: (since: number): ArtifactSums[] => sums.all({ since }),
  }
}
