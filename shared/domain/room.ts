import * as z from 'zod'

const Bytes = z.number().nonnegative()

/** Bytes that are free on a filesystem of a host, and those that an install takes there at most. */
const Filesystem = z.strictObject({ free: Bytes, needed: Bytes })

/** On a host: where its services lie, and where the grabber keeps its own state. Often one and the same. */
export const Room = z.strictObject({ services: Filesystem, state: Filesystem })
export type Room = z.infer<typeof Room>
