import * as z from 'zod'

const millisecondsPer = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const bytesPer = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const

/** `250ms`, `15s`, `2m`, `1h`, `3d` in a file; milliseconds in the program. */
export const Duration = z
  .string()
  .regex(/^\d{1,9}(ms|s|m|h|d)$/, 'a duration is a number and a unit: 250ms, 15s, 2m, 1h or 3d')
  .transform((text) => {
    const [, count, unit] = /^(\d+)(\D+)$/.exec(text) ?? []
    return Number(count) * millisecondsPer[unit as keyof typeof millisecondsPer]
  })

/** `65536`, `512K`, `512M`, `2G` in a file (powers of 1024); bytes in the program. */
export const Size = z
  .string()
  .regex(/^\d{1,12}[KMG]?$/, 'a size is a number of bytes, or a number with K, M or G: 512M')
  .transform((text) => {
    const [, count, unit = ''] = /^(\d+)([KMG]?)$/.exec(text) ?? []
    return Number(count) * bytesPer[unit as keyof typeof bytesPer]
  })
