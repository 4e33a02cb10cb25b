import { createHash } from 'node:crypto'
import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { InstallState } from '../domain/install-state.ts'
import { AgentId } from '../domain/names.ts'
import { Phase, SignedOrder } from '../messages/order.ts'
import { Edition } from './edition.ts'
import { ProcessIdentity } from './process.ts'

/**
 * The process of a committed release, while its death still brings the release of before back. After `until` it is started
 * again by its supervisor, and no more than that.
 */
export const ReleaseWatch = z.object({ process: ProcessIdentity, since: Timestamp, until: Timestamp })
export type ReleaseWatch = z.infer<typeof ReleaseWatch>

/**
 * How far the last accepted order of one service came: all that is needed to go on, or back, after a crash at any instant.
 * What is not known is passed over: a grabber that was brought back to an older version reads what the newer one wrote.
 */
export const JournalEntry = z.object({
  /** As it was signed; checked once, at acceptance. */
  order: SignedOrder,
  /** Whom the order was for: the numbers of another enrolment say nothing about this one. */
  host: AgentId,
  seq: z.int().positive(),
  deployId: z.int().positive(),
  phase: Phase,
  state: InstallState,
  changedAt: Timestamp,
  /** What is wanted. */
  next: Edition,
  /** What `current` stood for when the order was accepted. */
  replaces: Edition.optional(),
  /** The last that was good: where a failure goes back to. */
  previous: Edition.optional(),
  error: z.string().optional(),
  /** How often a crash interrupted it: a loop has to end. */
  attempts: z.int().nonnegative(),
  bootId: z.string(),
  watch: ReleaseWatch.optional(),
})
export type JournalEntry = z.infer<typeof JournalEntry>

const JournalFile = z.strictObject({ v: z.literal(1), checksum: z.string(), entry: z.unknown() })

const checksumOf = (entry: unknown): string =>
  createHash('sha256').update(JSON.stringify(entry)).digest('hex')

export const formatJournal = (entry: JournalEntry): string =>
  `${JSON.stringify({ v: 1, checksum: checksumOf(entry), entry }, undefined, 2)}\n`

/** The entry. Throws when a byte of it is not as it was written, or it is from a version that this one does not know. */
export const parseJournal = (text: string): JournalEntry => {
  const file = JournalFile.parse(JSON.parse(text))
  if (file.checksum !== checksumOf(file.entry)) throw new Error('the checksum does not match')
  return JournalEntry.parse(file.entry)
}
