import * as z from 'zod'

/** Of a range of versions, one condition: `>=20.10.0`. */
const Comparator = z.string().regex(/^(>=|<=|>|<|=)?\d+\.\d+\.\d+/)

/** What a host must have for an artifact to run there; nothing where it brings along all that it needs. */
export const Needs = z.strictObject({
  /** There is native code inside, for this kind of machine: `linux-x64`. */
  machine: z.string().min(1).max(100).optional(),
  /** The oldest glibc that the native code runs with: `2.34`. */
  glibc: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
  /** A Python of exactly this minor version: `3.11`. */
  python: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional(),
  /** A Node.js that fits all conditions of one of these lists; `wanted` is the same in words for people. */
  node: z
    .strictObject({ wanted: z.string().min(1).max(500), anyOf: z.array(z.array(Comparator).max(20)).max(20) })
    .optional(),
})
export type Needs = z.infer<typeof Needs>
