import * as z from 'zod'

/** Every error of the API. `hint` says what to do next. */
export const ApiError = z.strictObject({
  code: z.string(),
  message: z.string(),
  field: z.string().optional(),
  hint: z.string().optional(),
})
export type ApiError = z.infer<typeof ApiError>

/** A path parameter that counts: `/deploys/12`. */
export const IdParams = z.strictObject({ id: z.coerce.number().int().positive() })

/** In a query string one value or several may be given under one name. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? (value as unknown[]) : [value]),
    z.array(item).max(100),
  )

export const Limit = z.coerce.number().int().min(1).max(1000)
