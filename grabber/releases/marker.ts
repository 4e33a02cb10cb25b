import { join } from 'node:path'
import { PersonError } from '../../shared/errors.ts'
import { editionOf, type Edition } from '../../shared/host/edition.ts'
import { releaseDir, releaseMarker, type HostPaths } from '../../shared/host/layout.ts'
import { readMarker, type ReleaseMarker } from '../../shared/host/release.ts'
import { writeDurably } from '../durable.ts'

/** Declares the tree in `directory` whole. Its durability is the caller's business: the tree's is, too. */
export const writeMarker = (directory: string, marker: ReleaseMarker): Promise<void> =>
  writeDurably(join(directory, releaseMarker), `${JSON.stringify(marker)}\n`)

/** A release with the config that it proved healthy with here; undefined when it never did. */
export const provenEdition = ({ digest, provenHealthyAt, provenWith }: ReleaseMarker): Edition | undefined =>
  provenHealthyAt === undefined ? undefined : editionOf({ digest, config: provenWith })

/** From now on it may be gone back to, and the release counts when old ones are removed. */
export const markProvenHealthy = async (
  paths: HostPaths,
  service: string,
  { digest, config }: Edition,
  now: number,
): Promise<void> => {
  const { provenWith: _, ...marker } = await requireMarker(paths, service, digest)
  const proof = { provenHealthyAt: now, ...(config === undefined ? {} : { provenWith: config }) }
  await writeMarker(releaseDir(paths, service, digest), { ...marker, ...proof })
}

/** From now on it is never gone back to. What is gone back to instead may be the same release with another config: that stays good. */
export const markUnproven = async (
  paths: HostPaths,
  service: string,
  edition: Edition,
  instead: Edition,
): Promise<void> => {
  const found = await requireMarker(paths, service, edition.digest)
  if (found.provenHealthyAt === undefined) return
  if (instead.digest === edition.digest) {
    await markProvenHealthy(paths, service, instead, found.provenHealthyAt)
    return
  }
  const { provenHealthyAt: _, provenWith: __, ...marker } = found
  await writeMarker(releaseDir(paths, service, edition.digest), marker)
}

const requireMarker = async (paths: HostPaths, service: string, digest: string): Promise<ReleaseMarker> => {
  const marker = await readMarker(paths, service, digest)
  if (!marker) throw new PersonError('conflict', `Release ${digest} of ${service} is no longer whole.`)
  return marker
}
