import * as z from 'zod'
import { Commit } from '../../../shared/domain/names.ts'
import { signatureOf } from '../../notify/signature.ts'
import type { Push } from '../push.ts'
import { isSame, requireFresh, unsigned, wrong } from './proof.ts'
import { header, type Source } from './source.ts'

const Wish = z.strictObject({
  /** A branch by its name, anything by its full name; without one the repo’s default branch. */
  ref: z.string().min(1).max(200).optional(),
  /** That commit of the branch, instead of its head. */
  commit: Commit.optional(),
  message: z.string().max(10_000).optional(),
})

const readWish = (payload: unknown): { readonly push: Push } => {
  const { ref = 'HEAD', commit, message = '' } = Wish.parse(payload)
  const full = ref === 'HEAD' || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`
  return { push: { ref: full, message, repos: [], ...(commit === undefined ? {} : { commit }) } }
}

/** Signed as the tracker signs what it tells others. */
export const generic: Source = {
  verify: ({ headers, body }, secret, now) => {
    const [timestamp, signature] = [header(headers, timestampHeader), header(headers, signatureHeader)]
    if (timestamp === undefined || signature === undefined)
      throw unsigned('X-AppTracker-Signature or X-AppTracker-Timestamp')
    if (!isSame(signature, signatureOf(timestamp, body, secret))) throw wrong('X-AppTracker-Signature')
    requireFresh('X-AppTracker-Timestamp', timestamp, now)
  },
  read: (_, payload) => readWish(payload),
  /** What is signed is sent once: the same again is the same delivery. */
  keyOf: ({ headers }) => header(headers, signatureHeader),
}

const timestampHeader = 'x-apptracker-timestamp'
const signatureHeader = 'x-apptracker-signature'

/** Its URL is the secret: who has found the hook may call it. */
export const trigger: Source = {
  verify: () => undefined,
  read: (_, payload) => readWish(payload),
  keyOf: ({ headers }) => header(headers, 'idempotency-key'),
}
