import * as z from 'zod'
import { errorCodeOf, PersonError } from '../errors.ts'

const ReplyError = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
})

/** What a call is answered with on the wire: a value, or the words of a PersonError. */
const Envelope = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ ok: z.literal(false), error: ReplyError }),
])

type Envelope = z.input<typeof Envelope>

export const sealValue = (value: unknown): Envelope => ({ ok: true, value })

/** What went wrong, as the asker may know it. */
export const sealError = (error: unknown): Envelope => ({ ok: false, error: describe(error) })

const describe = (error: unknown): z.input<typeof ReplyError> => {
  if (error instanceof PersonError) {
    return { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) }
  }
  if (error instanceof z.ZodError)
    return { code: 'invalid', message: `The request is malformed: ${z.prettifyError(error)}` }
  return { code: 'internal', message: 'The other end failed; its log says why.' }
}

/** Throws the other end's PersonError, or a ZodError when it does not fit. */
export const openReply = <Reply extends z.ZodType>(schema: Reply, raw: unknown): z.output<Reply> => {
  const envelope = Envelope.parse(raw)
  if (envelope.ok) return schema.parse(envelope.value)
  const { code, message, hint } = envelope.error
  throw new PersonError(errorCodeOf(code), message, { hint })
}
