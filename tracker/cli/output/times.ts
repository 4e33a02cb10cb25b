/** `94ms`, `3.2s`, `4m 07s`, `2h 05m`. */
export const spanOf = (ms: number): string => {
  const span = Math.max(0, ms)
  if (span < 1000) return `${Math.round(span)}ms`
  if (span < 59_950) return `${(span / 1000).toFixed(1)}s`
  const seconds = Math.round(span / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  return `${Math.floor(seconds / 3600)}h ${two(Math.floor(seconds / 60) % 60)}m`
}

/** How long ago, roughly: `12s`, `4m`, `3h`, `9d`. */
export const ageOf = (at: number, now: number): string => {
  const seconds = Math.max(0, Math.floor((now - at) / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}

/** `14:03:07`, local. */
export const clockOf = (at: number): string => {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
}

/** `2026-03-01 14:03:07`, local. */
export const dateTimeOf = (at: number): string => {
  const date = new Date(at)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockOf(at)}`
}

const two = (count: number): string => String(count).padStart(2, '0')
