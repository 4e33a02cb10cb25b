import * as z from 'zod'

/** Every error of the API. `hint` says what to do next. */
export const ApiError = z.strictObject({
  code: z.string(),
  message: z.string(),
  field: z.string().optional(),
  hint: z.string().optional(),
})
export type ApiError = z.infer<typeof ApiError>

/** What may be said of a change. */
export const why = { reason: z.string().max(500).optional() }

/** A path parameter that counts: `/deploys/12`. */
export const IdParams = z.strictObject({ id: z.coerce.number().int().positive() })

/** In a query string one value or several may be given under one name. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value]),
    z.array(item).max(100),
  )

/** Why, where that must be said. */
export const RequiredReason = z.string().trim().min(1, 'say why').max(500)

export const Limit = z.coerce.number().int().min(1).max(1000)

/** A moment in a query string: an ISO date-time, or milliseconds since the epoch. */
export const Moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date(), z.string().regex(/^\d{1,15}$/)], {
    error:
      'a moment is an ISO date-time with its zone (2026-03-01T14:00Z), a date (UTC), or milliseconds since the epoch',
  })
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)))

/**
 * Made up by the caller for one change, sent in the header `Idempotency-Key`: the same call sent again with it is answered
 * as the first time, and nothing is done twice.
 */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'an idempotency key is 1 to 255 visible ASCII characters, without spaces')
