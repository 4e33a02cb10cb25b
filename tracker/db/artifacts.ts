import type { ArtifactRef } from '../../shared/domain/artifact.ts'
import type { Rollout } from '../../shared/domain/rollout.ts'
import type { Db } from './open.ts'

export interface Artifact extends ArtifactRef {
  readonly service: string
  readonly buildConfig: string
  readonly rollout: Rollout
}

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
    unpacked_size AS unpackedSize, entries, rollout FROM artifacts`
  const get = db.prepare<[string], Row>(`SELECT ${columns} WHERE digest = ?`)
  const byPrefix = db.prepare<[string, string], Row>(
    `SELECT ${columns} WHERE service = ? AND digest GLOB ? || '*' LIMIT 2`,
  )
  const byCommit = db.prepare<[string, string, string], Row>(
    `SELECT ${columns} WHERE service = ? AND commit_id = ? AND build_config = ? ORDER BY created_at DESC, rowid DESC LIMIT 1`,
  )
  const newest = db.prepare<[], Row>(`SELECT ${columns} ORDER BY created_at DESC LIMIT 1`)
  const versions = db.prepare<[], { digest: string; version: string }>(
    'SELECT digest, version FROM artifacts',
  )
  const rename = db.prepare('UPDATE artifacts SET version = ? WHERE digest = ?')
  const insert = db.prepare(
    `INSERT INTO artifacts (digest, service, version, commit_id, build_config, size, unpacked_size, entries, rollout, created_at)
     VALUES (@digest, @service, @version, @commit, @buildConfig, @size, @unpackedSize, @entries, @rollout, @now)
     ON CONFLICT (digest) DO NOTHING`,
  )

  return {
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
    insert: (artifact: Artifact & { now: number }): void =>
      void insert.run({ ...artifact, rollout: JSON.stringify(artifact.rollout) }),
  }
}
