import { join } from 'node:path'
import type { Digest } from '../../shared/domain/names.ts'
import { PersonError } from '../../shared/errors.ts'
import { releaseDir, releaseMarker, type HostPaths } from '../../shared/host/layout.ts'
import { readMarker, type ReleaseMarker } from '../../shared/host/release.ts'
import { writeDurably } from '../durable.ts'

/** Declares the tree in `directory` whole. Its durability is the caller's business: the tree's is, too. */
export const writeMarker = (directory: string, marker: ReleaseMarker): Promise<void> =>
  writeDurably(join(directory, releaseMarker), `${JSON.stringify(marker)}\n`)

/** From now on the release is never gone back to. */
export const markUnproven = async (paths: HostPaths, service: string, digest: Digest): Promise<void> => {
  const found = await readMarker(paths, service, digest)
  if (found?.provenHealthyAt === undefined) return
  const { provenHealthyAt: _, ...marker } = found
  await writeMarker(releaseDir(paths, service, digest), marker)
}

/** From now on the release may be gone back to, and counts when old ones are removed. */
export const markProvenHealthy = async (
  paths: HostPaths,
  service: string,
  digest: Digest,
  now: number,
): Promise<void> => {
  const marker = await readMarker(paths, service, digest)
  if (!marker) throw new PersonError('conflict', `Release ${digest} of ${service} is no longer whole.`)
  await writeMarker(releaseDir(paths, service, digest), { ...marker, provenHealthyAt: now })
}
