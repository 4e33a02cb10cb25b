import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Room } from '../../shared/domain/room.ts'
import { errnoOf, messageOf, PersonError } from '../../shared/errors.ts'
import type { Digest } from '../../shared/domain/names.ts'
import { editionOf, type Edition } from '../../shared/host/edition.ts'
import { serviceDir } from '../../shared/host/layout.ts'
import { readCurrent, readMarker } from '../../shared/host/release.ts'
import type { ReleaseToCome } from '../../shared/messages/ask.ts'
import { currentEdition } from './editions.ts'
import type { Host } from './host.ts'
import { readJournal } from './journal.ts'
import { reservedBytes } from './reserve.ts'
import { requireStartable } from './steps/preflight.ts'
import { bytesNeeded, notWritable, requireSpace } from './steps/reserve.ts'

export interface Outlook {
  /** Bytes that would be fetched; absent when no release was asked about. */
  readonly pulls?: number
  readonly room: Room
  readonly refusal?: string
}

/** What would come of an order for a release, by the same checks as an install makes. Looks only: nothing is touched. */
export const foresee = async (host: Host, service: string, release?: ReleaseToCome): Promise<Outlook> => {
  const { paths } = host
  const isStaged = release !== undefined && (await readMarker(paths, service, release.digest)) !== undefined
  const toFetch = isStaged ? undefined : release
  const directory = await firstExisting(serviceDir(paths, service))
  const refusal = await reasonOf(async () => {
    await readCurrent(paths, service)
    await requireWritable(host, service, directory)
    if (toFetch) await requireSpace(directory, toFetch)
    if (isStaged && !host.activationOf?.(service))
      await requireStartable(host, service, await likely(host, service, release.digest))
  })
  return {
    ...(release ? { pulls: toFetch?.size ?? 0 } : {}),
    room: {
      services: {
        free: await freeIn(directory),
        needed: reservedBytes + (toFetch ? bytesNeeded(toFetch) : 0),
      },
      state: { free: await freeIn(paths.state), needed: reservedBytes },
    },
    ...(refusal === undefined ? {} : { refusal }),
  }
}

/** Secrets are not sent for a question: it is judged with the settings that the service runs with now. */
const likely = async ({ paths, log }: Host, service: string, digest: Digest): Promise<Edition> => {
  const current = await currentEdition(paths, service, await readJournal(paths, service, log))
  return editionOf({ digest, config: current?.config })
}

/** A service that was never here has no directory yet: it will be made in this one. */
const firstExisting = async (directory: string): Promise<string> => {
  try {
    await access(directory)
    return directory
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || directory === dirname(directory)) throw error
    return firstExisting(dirname(directory))
  }
}

const requireWritable = async ({ paths }: Host, service: string, directory: string): Promise<void> => {
  for (const path of [directory, paths.state]) {
    await access(path, constants.W_OK).catch((error: unknown) => {
      throw notWritable(paths, service, error)
    })
  }
}

const freeIn = async (directory: string): Promise<number> => {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** What is no PersonError is a defect of ours, and says nothing about the release. */
const reasonOf = async (check: () => Promise<void>): Promise<string | undefined> => {
  try {
    await check()
    return undefined
  } catch (error) {
    if (error instanceof PersonError) return messageOf(error)
    throw error
  }
}
