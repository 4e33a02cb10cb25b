import type { InstallState } from '../../shared/domain/install-state.ts'
import { editionOf, isSameEdition, type Edition } from '../../shared/host/edition.ts'
import type { JournalEntry } from '../../shared/host/journal.ts'
import type { HostPaths } from '../../shared/host/layout.ts'
import { readProcessRecord } from '../../shared/host/process-record.ts'
import { readCurrent, readMarker } from '../../shared/host/release.ts'
import type { Order } from '../../shared/messages/order.ts'
import { provenEdition } from '../releases/marker.ts'

/** What an order asks for. */
export const wantedBy = ({ artifact, config }: Order): Edition =>
  editionOf({ digest: artifact.digest, config: config?.id })

/**
 * What `current` stands for, or undefined when there is none. The link tells the release; the config that belongs to it is told by
 * the journal. Throws `conflict` when `current` is not a link that a grabber made.
 */
export const currentEdition = async (
  paths: HostPaths,
  service: string,
  entry: JournalEntry | undefined,
): Promise<Edition | undefined> => {
  const digest = await readCurrent(paths, service)
  if (digest === undefined) return undefined
  const marker = await readMarker(paths, service, digest)
  const known = [
    ...(entry ? inForce(entry) : []),
    readProcessRecord(paths, service),
    marker && provenEdition(marker),
  ]
  return editionOf(known.find((edition) => edition?.digest === digest) ?? { digest })
}

export const isProven = async (paths: HostPaths, service: string, edition: Edition): Promise<boolean> => {
  const marker = await readMarker(paths, service, edition.digest)
  return marker !== undefined && isSameEdition(provenEdition(marker), edition)
}

/** Up to `starting` nothing of the new one runs, and from the way back on nothing of it is to run any more. */
const inForce = ({ state, next, replaces, previous }: JournalEntry): (Edition | undefined)[] => {
  if (isBegun.has(state)) return [next, previous, replaces]
  return isGoneBack.has(state) ? [previous, replaces, next] : [replaces, previous, next]
}

const isBegun: ReadonlySet<InstallState> = new Set(['starting', 'checking', 'committed', 'skipped'])
const isGoneBack: ReadonlySet<InstallState> = new Set(['rolling-back', 'rolled-back', 'failed'])
