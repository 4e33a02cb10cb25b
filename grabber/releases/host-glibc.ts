import { readFileSync } from 'node:fs'

/** The version of glibc that programs run with here, as this one does; `musl` where they have that, undefined where it cannot be told. */
export const hostGlibc = (): string | undefined => {
  known ??= { version: read() }
  return known.version
}

let known: { version: string | undefined } | undefined

const read = (): string | undefined => {
  const loaded = readFileSync('/proc/self/maps', 'latin1')
  const path = /\S+\/libc(?:\.so\.6|-[\d.]+\.so)$/m.exec(loaded)?.[0]
  if (path === undefined) return /\/(?:ld|libc)[.-]musl-/.test(loaded) ? 'musl' : undefined
  return /GNU C Library [^\n]*release version (\d+\.\d+)/.exec(readFileSync(path, 'latin1'))?.[1]
}
