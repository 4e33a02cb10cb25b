import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type * as z from 'zod'
import type { BuildChanges, LogPage, readBuildLog } from '../../shared/api/build-records.ts'
import type { ArtifactStore } from '../../shared/artifact-store.ts'
import { BuildRecord, logKey, recordKey } from '../../shared/domain/build-record.ts'
import { PersonError } from '../../shared/errors.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Tables } from '../db/store.ts'
import { changesBetween } from './changes.ts'
import { keptLines, toldLines } from './log-lines.ts'
import { selectLines } from './select-lines.ts'

/** Where what is known of builds is read from. */
interface Sources {
  readonly store: { readonly read: Pick<Tables, 'builds' | 'events'> }
  readonly artifacts: Pick<ArtifactStore, 'openRecord'>
}

const readWithinMs = 20_000
/** Twenty thousand dependencies are some two million bytes. */
const maxRecordBytes = 16 * 1024 * 1024
const maxRecordText = 64 * 1024 * 1024

/** A page of a build's log: the whole log from the artifact store, or what was told of it where that is not there. */
export const readLog = async (
  { store, artifacts }: Sources,
  build: BuildRow,
  wanted: z.output<typeof readBuildLog.query>,
): Promise<LogPage> => {
  if (build.kept === null) return selectLines(toldLines(store.read.events, build.id), wanted)
  const signal = AbortSignal.timeout(readWithinMs)
  const { stream } = await artifacts.openRecord(logKey(build.kept), signal).catch(explainTo(build))
  return selectLines(keptLines(stream, signal), wanted)
}

/** Throws `not-found` while the build runs, and where its record could not be stored. */
export const readRecord = async ({ artifacts }: Sources, build: BuildRow): Promise<BuildRecord> => {
  if (build.kept === null) throw notKept(build)
  const signal = AbortSignal.timeout(readWithinMs)
  const { stream, size } = await artifacts.openRecord(recordKey(build.kept), signal).catch(explainTo(build))
  if (size > maxRecordBytes) {
    stream.destroy()
    throw unreadable(build.id)
  }
  try {
    const text = await inflate(await buffer(stream), { maxOutputLength: maxRecordText })
    return BuildRecord.parse(JSON.parse(text.toString()))
  } catch (error) {
    throw unreadable(build.id, error)
  }
}

/** Against the last build of the same service before it that made something. */
export const readChanges = async (sources: Sources, build: BuildRow): Promise<BuildChanges> => {
  const { made } = await readRecord(sources, build)
  if (made === undefined) {
    throw new PersonError('not-found', `Build ${build.id} made no artifact that could be compared.`)
  }
  const earlier = sources.store.read.builds.builtBefore(build)
  // Where it cannot be read there is nothing to compare with, and what this build made is still worth showing.
  const before = earlier && (await readRecord(sources, earlier).catch(() => undefined))?.made
  if (earlier === undefined || before === undefined) return { dependencies: [], directories: [] }
  return { since: { build: earlier.id, version: earlier.version }, ...changesBetween(before, made) }
}

const inflate = promisify(gunzip)

const notKept = ({ id, endedAt }: BuildRow): PersonError =>
  endedAt === null
    ? new PersonError('not-found', `Build ${id} has not ended, so nothing is remembered of it yet.`, {
        hint: `Follow it: \`tracker builds watch ${id}\`.`,
      })
    : new PersonError('not-found', `Nothing is remembered of build ${id}.`, {
        hint: 'Its packer ended before it could tell, or could not write to the artifact store: see the packer’s own log.',
      })

/** What is not there any more was removed by the upkeep of the store. */
const explainTo =
  ({ id }: BuildRow) =>
  (error: unknown): never => {
    if (!(error instanceof PersonError && error.code === 'not-found')) throw error
    throw new PersonError('not-found', `The log and the record of build ${id} are no longer kept.`, {
      hint: 'They stay as long as what was built, and as many days as `tracker artifacts keep` says.',
      cause: error,
    })
  }

const unreadable = (id: number, cause?: unknown): PersonError =>
  new PersonError('unavailable', `The record of build ${id} cannot be read from the artifact store.`, {
    hint: 'Try again; if that does not help, the file is damaged.',
    cause,
  })
