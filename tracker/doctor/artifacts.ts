import { isServed } from '../../shared/adapters/open-store.ts'
import type { ArtifactStore } from '../../shared/artifact-store.ts'
import type { Finding } from '../../shared/domain/check.ts'
import { errnoOf, messageOf } from '../../shared/errors.ts'
import type { Artifact } from '../db/artifacts.ts'
import { fault, ok, warning } from '../../shared/doctor/examination.ts'
import { examineRoom } from '../../shared/doctor/room.ts'
import { milliseconds } from '../../shared/wording.ts'

const urlTtlSeconds = 60
const downloadWithinMs = 4000

/** By the newest artifact: that is what is deployed next. */
export const examineStore = async (
  store: ArtifactStore,
  newest: Artifact | undefined,
  location: string,
): Promise<Finding> => {
  const from = performance.now()
  const isThere = await store.has(newest?.digest ?? nobodysDigest)
  if (newest === undefined) return ok(`The store at ${location} answers; nothing was built yet.`)
  const { service, version } = newest
  if (isThere) return ok(`The store has the newest artifact, ${service}@${version} (${milliseconds(from)}).`)
  return fault(
    `The store at ${location} does not have the newest artifact, ${service}@${version}.`,
    'Bring back what was removed there, or check that tracker and packers use the same --store.',
  )
}

export const examineStoreRoom = async (path: string, newest: Artifact | undefined): Promise<Finding> => {
  try {
    const finding = await examineRoom(path)
    return finding.status === 'ok' ? finding : { ...finding, hint: `${finding.hint ?? ''} ${whatItHolds}` }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    return newest === undefined
      ? ok(`${path} is made by the first build.`)
      : fault(`${path} is gone.`, 'Bring it back, or build again what is to be deployed.')
  }
}

const whatItHolds = 'What it holds: tracker artifacts usage; to keep less: tracker artifacts keep.'

/** As a host does it: by a signed URL, without credentials. */
export const examineDownload = async (
  store: ArtifactStore,
  newest: Artifact | undefined,
): Promise<Finding> => {
  // S3 may answer anything for what is not there; the tracker itself says so.
  if (newest === undefined && !isServed(store)) return ok('Nothing was built yet, so nothing was downloaded.')
  const url = await store.urlFor(newest?.digest ?? nobodysDigest, urlTtlSeconds)
  const { origin } = new URL(url)
  try {
    const from = performance.now()
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(downloadWithinMs) })
    await response.body?.cancel()
    if (response.status === (newest ? 200 : 404)) {
      return ok(`Artifacts can be downloaded from ${origin} (${milliseconds(from)}).`)
    }
    return fault(`${origin} answers ${response.status} to the download of an artifact.`, downloadHint(store))
  } catch (error) {
    const message = `Artifacts cannot be downloaded from ${origin}: ${reasonOf(error)}.`
    // A tracker behind a proxy may be unable to reach its own public address, while hosts can.
    return isServed(store) ? warning(message, downloadHint(store)) : fault(message, downloadHint(store))
  }
}

const nobodysDigest = '0'.repeat(64)

const downloadHint = (store: ArtifactStore): string =>
  isServed(store)
    ? 'Check --url of the tracker and the proxy in front of it; on a host: curl -I that address.'
    : 'Check the endpoint of --store and the AWS_* credentials of the tracker.'

const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause !== undefined
    ? (errnoOf(error.cause) ?? messageOf(error.cause))
    : messageOf(error)
