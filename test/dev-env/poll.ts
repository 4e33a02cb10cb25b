import { setTimeout as delay } from 'node:timers/promises'

/** The first result of `look` that is not undefined or false. Throws after `timeoutMs`, naming what was waited for. */
export const eventually = async <T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 45_000,
): Promise<T> => {
  const until = Date.now() + timeoutMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > until) throw new Error(`waited ${timeoutMs} ms for ${what}`)
    await delay(20)
  }
}
