import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { Commit, Digest, ServiceName, Version } from '../domain/names.ts'
import { ConfigId } from '../domain/settings.ts'
import { errnoOf, PersonError } from '../errors.ts'
import { currentLink, releaseDir, releaseMarker, type HostPaths } from './layout.ts'

/**
 * `.release.json` of an installed release. `provenHealthyAt`: it passed its health window on this host, with the config `provenWith`,
 * so together they may be gone back to.
 */
export const ReleaseMarker = z.strictObject({
  v: z.literal(1),
  digest: Digest,
  service: ServiceName,
  version: Version,
  commit: Commit,
  installedAt: Timestamp,
  provenHealthyAt: Timestamp.optional(),
  provenWith: ConfigId.optional(),
})
export type ReleaseMarker = z.infer<typeof ReleaseMarker>

/** The marker of a whole release, or undefined when there is no such release or it is not what its name says. */
export const readMarker = async (
  paths: HostPaths,
  service: string,
  digest: Digest,
): Promise<ReleaseMarker | undefined> => {
  const text = await readFile(join(releaseDir(paths, service, digest), releaseMarker), 'utf8').catch(
    () => undefined,
  )
  if (text === undefined) return undefined
  const marker = ReleaseMarker.safeParse(parseJson(text))
  const belongs = marker.success && marker.data.digest === digest && marker.data.service === service
  return belongs ? marker.data : undefined
}

/** Where `current` points, or undefined when there is none. Throws `conflict` when it is not a link that a grabber made. */
export const readCurrent = async (paths: HostPaths, service: string): Promise<Digest | undefined> => {
  const link = currentLink(paths, service)
  try {
    const digest = /^releases\/([0-9a-f]{64})$/.exec(await readlink(link))?.[1]
    if (digest !== undefined) return digest
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    if (errnoOf(error) !== 'EINVAL') throw error
  }
  throw new PersonError('conflict', `${link} was not made by the grabber.`, {
    hint: 'Move it away: it has to be absent, or a link to one of the releases beside it.',
  })
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
