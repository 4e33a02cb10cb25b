import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Digest } from '../../shared/domain/names.ts'
import { isSameEdition, type Edition } from '../../shared/host/edition.ts'
import { releaseDir, releasesDir, stagingDir, type HostPaths } from '../../shared/host/layout.ts'
import { readMarker, type ReleaseMarker } from '../../shared/host/release.ts'
import { takeAwayDurably } from '../durable.ts'
import { provenEdition } from './marker.ts'
import { removeTree } from './remove-tree.ts'

/** The whole releases of a service on this host. */
export const listReleases = async (paths: HostPaths, service: string): Promise<ReleaseMarker[]> => {
  const names = await readdir(releasesDir(paths, service)).catch(() => [])
  const markers = await Promise.all(
    names.filter((name) => Digest.safeParse(name).success).map((name) => readMarker(paths, service, name)),
  )
  return markers.filter((marker) => marker !== undefined)
}

/** What proved healthy last, other than `except`. */
export const lastProven = (releases: readonly ReleaseMarker[], except?: Edition): Edition | undefined =>
  provenOf(releases)
    .map(provenEdition)
    .find((edition) => !isSameEdition(edition, except))

/** What may go: all but the `keep` that proved healthy last, and what is pinned. Never proven is never kept for its own sake. */
export const removable = (
  releases: readonly ReleaseMarker[],
  keep: number,
  pinned: ReadonlySet<Digest>,
): Digest[] => {
  const kept = provenOf(releases).slice(0, keep)
  const safe = new Set([...pinned, ...kept.map(({ digest }) => digest)])
  return releases.map(({ digest }) => digest).filter((digest) => !safe.has(digest))
}

/** Moves them whole into staging, which is removed after: had that been done in place, an interruption would leave half a release. */
export const removeReleases = async (
  paths: HostPaths,
  service: string,
  digests: readonly Digest[],
  signal: AbortSignal,
): Promise<void> => {
  for (const digest of digests) {
    const doomed = join(stagingDir(paths, service), `${digest}.removed`)
    await removeTree(doomed, signal)
    await mkdir(stagingDir(paths, service), { recursive: true })
    await takeAwayDurably(releaseDir(paths, service, digest), doomed)
  }
}

/** Latest first. */
const provenOf = (releases: readonly ReleaseMarker[]): ReleaseMarker[] =>
  releases
    .filter(({ provenHealthyAt }) => provenHealthyAt !== undefined)
    .sort((a, b) => (b.provenHealthyAt ?? 0) - (a.provenHealthyAt ?? 0))
