import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { ownerKey, parseStoreLocation, type ArtifactStore } from '../../shared/artifact-store.ts'
import { Timestamp } from '../../shared/domain/event.ts'
import { PersonError } from '../../shared/errors.ts'
import { logFailure, type Logger } from '../../shared/log.ts'

const answerWithinMs = 3000

const Owner = z.strictObject({ v: z.literal(1), tracker: z.string().min(1).max(100), since: Timestamp })
type Owner = z.infer<typeof Owner>

/**
 * Makes the store this tracker's own, unless it is already: an upkeep removes what its own tracker knows nothing of. Throws
 * `conflict` when it is another tracker's.
 */
export const ownStore = async (
  artifacts: ArtifactStore,
  tracker: string,
  now: number,
  signal: AbortSignal,
): Promise<void> => {
  if ((await ownerOf(artifacts, signal)) === undefined)
    await claim(artifacts, { v: 1, tracker, since: now }, signal)
  // Of two that claim it at once, the later one has it.
  const owner = await ownerOf(artifacts, signal)
  if (owner?.tracker !== tracker) throw anothers(owner)
}

/** At the tracker's start. Throws `conflict` when it is another's; one that is not there yet, or does not answer, the upkeep asks again. */
export const ownStoreIfThere = async (
  location: string,
  artifacts: ArtifactStore,
  tracker: string,
  log: Logger,
): Promise<void> => {
  const parsed = parseStoreLocation(location)
  if (parsed.kind === 'directory' && !existsSync(parsed.path)) return
  try {
    await ownStore(artifacts, tracker, Date.now(), AbortSignal.timeout(answerWithinMs))
  } catch (error) {
    if (error instanceof PersonError && error.code === 'conflict') throw error
    logFailure(log, 'the artifact store does not say whose it is')(error)
  }
}

const ownerOf = async (artifacts: ArtifactStore, signal: AbortSignal): Promise<Owner | undefined> => {
  const record = await artifacts.openRecord(ownerKey, signal).catch((error: unknown) => {
    if (error instanceof PersonError && error.code === 'not-found') return undefined
    throw error
  })
  if (!record) return undefined
  if (record.size > 1000) record.stream.destroy()
  try {
    return Owner.parse(JSON.parse(await text(record.stream)))
  } catch {
    throw unreadable()
  }
}

const claim = async (artifacts: ArtifactStore, owner: Owner, signal: AbortSignal): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'apptracker-owner-'))
  try {
    const file = join(directory, 'tracker.json')
    await writeFile(file, JSON.stringify(owner))
    await artifacts.putRecord(ownerKey, file, signal)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const anothers = (owner: Owner | undefined): PersonError =>
  new PersonError(
    'conflict',
    `The artifact store belongs to another tracker${owner ? `, since ${new Date(owner.since).toISOString()}` : ''}: each would remove what the other stores.`,
    {
      hint: `Give this tracker a directory, or a prefix in the bucket, of its own; if the other one is gone for good, remove ${ownerKey} from the store.`,
    },
  )

const unreadable = (): PersonError =>
  new PersonError('conflict', `${ownerKey} in the artifact store does not say whose it is.`, {
    hint: `Something else wrote it; if the store is this tracker’s, remove ${ownerKey} from it.`,
  })
