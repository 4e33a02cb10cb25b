import { createHash, createHmac, timingSafeEqual, type BinaryToTextEncoding } from 'node:crypto'
import { PersonError } from '../../../shared/errors.ts'

/** How far the clocks of a sender and the tracker may be apart, in s, and how long a call may be on its way. */
const maxAgeSeconds = 300

export const hmac = (
  key: string | Buffer,
  encoding: BinaryToTextEncoding,
  ...parts: readonly (string | Buffer)[]
): string => {
  const sum = createHmac('sha256', key)
  for (const part of parts) sum.update(part)
  return sum.digest(encoding)
}

/** Whether two texts are the same, in a time that tells nothing of where they differ. */
export const isSame = (given: string, expected: string): boolean =>
  timingSafeEqual(digestOf(given), digestOf(expected))

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

export const refusal = (message: string, hint: string): PersonError =>
  new PersonError('unauthenticated', message, { hint })

export const unsigned = (names: string): PersonError =>
  refusal(
    `The call is not signed: it has no header ${names}.`,
    'Enter the hook’s secret where the webhook is set up.',
  )

export const wrong = (name: string): PersonError =>
  refusal(
    `${name} does not fit: the call was not made with this hook’s secret, or was changed on the way.`,
    'Enter the hook’s secret anew; `tracker hooks rotate` makes another one.',
  )

/** Throws `unauthenticated` when a call is too old, or from the future; the time is in seconds since the epoch. */
export const requireFresh = (name: string, timestamp: string, now: number): void => {
  const age = now / 1000 - Number(timestamp)
  if (/^\d{1,12}$/.test(timestamp) && Math.abs(age) <= maxAgeSeconds) return
  throw refusal(
    `${name} is not within 5 minutes of the tracker’s clock: the call is too late, or was sent before.`,
    'Sign each call anew, with the time in seconds; check the clocks of both machines.',
  )
}
