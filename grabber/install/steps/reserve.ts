import { constants } from 'node:fs'
import { access, mkdir, statfs } from 'node:fs/promises'
import type { ArtifactRef } from '../../../shared/domain/artifact.ts'
import { errnoOf, PersonError } from '../../../shared/errors.ts'
import {
  releasesDir,
  serviceDir,
  sharedDir,
  stagingDir,
  type HostPaths,
} from '../../../shared/host/layout.ts'
import { readCurrent } from '../../../shared/host/release.ts'
import type { Step } from '../install.ts'

/** Makes sure, before a byte is fetched, that the release fits and can be written here. */
export const reserve: Step = {
  name: 'reserve',
  run: async ({ host: { paths }, order: { service, artifact } }) => {
    await prepareDirectories(paths, service)
    await readCurrent(paths, service)
    await requireSpace(serviceDir(paths, service), artifact)
  },
}

const prepareDirectories = async (paths: HostPaths, service: string): Promise<void> => {
  try {
    for (const directory of [stagingDir, releasesDir, sharedDir]) {
      await mkdir(directory(paths, service), { recursive: true })
      await access(directory(paths, service), constants.W_OK)
    }
  } catch (error) {
    throw notWritable(paths, service, error)
  }
}

export const notWritable = (paths: HostPaths, service: string, error: unknown): PersonError =>
  new PersonError(
    errnoOf(error) === 'ENOSPC' ? 'no-space' : 'forbidden',
    `${serviceDir(paths, service)} cannot be written (${errnoOf(error) ?? 'unknown error'}).`,
    {
      hint: 'Check the owner and mode of the directory, and that its filesystem is mounted for writing.',
      cause: error,
    },
  )

type Measures = Pick<ArtifactRef, 'unpackedSize' | 'size' | 'entries'>

/** Tarball and tree lie there together for a moment; twice the tree is enough for both. */
export const bytesNeeded = ({ unpackedSize, size }: Measures): number =>
  Math.max(2 * unpackedSize, unpackedSize + size)

/** Throws `no-space` when a release would not fit where `directory` is. */
export const requireSpace = async (directory: string, release: Measures): Promise<void> => {
  const { bavail, bsize, files, ffree } = await statfs(directory)
  const { entries } = release
  const needed = bytesNeeded(release)
  const free = bavail * bsize
  if (free < needed)
    throw tooSmall(directory, `${inMegabytes(needed)} MB are needed, ${inMegabytes(free)} MB are free`)
  if (files > 0 && ffree < entries)
    throw tooSmall(directory, `${entries} inodes are needed, ${ffree} are free`)
}

const inMegabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

const tooSmall = (directory: string, why: string): PersonError =>
  new PersonError('no-space', `There is not enough room in ${directory}: ${why}.`, {
    hint: 'Free some space on this host, then retry.',
  })
