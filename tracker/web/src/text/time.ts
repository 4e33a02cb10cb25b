const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const two = (count: number, unit: string, rest: number, restUnit: string): string =>
  rest === 0 ? `${count} ${unit}` : `${count} ${unit} ${rest} ${restUnit}`

/** `40 ms`, `3.2 s`, `47 s`, `3 min 12 s`, `2 h 5 min`, `4 d 3 h`. */
export const formatDuration = (ms: number): string => {
  if (ms < second) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 10 * second) return `${(ms / second).toFixed(1)} s`
  if (ms < minute) return `${Math.floor(ms / second)} s`
  if (ms < hour) return two(Math.floor(ms / minute), 'min', Math.floor((ms % minute) / second), 's')
  if (ms < day) return two(Math.floor(ms / hour), 'h', Math.floor((ms % hour) / minute), 'min')
  return two(Math.floor(ms / day), 'd', Math.floor((ms % day) / hour), 'h')
}

/** One unit, for narrow places: `now`, `12 s`, `5 min`, `3 h`, `8 d`. */
export const formatAge = (ms: number): string => {
  if (ms < second) return 'now'
  if (ms < minute) return `${Math.floor(ms / second)} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < day) return `${Math.floor(ms / hour)} h`
  return `${Math.floor(ms / day)} d`
}

/** `just now`, `12 s ago`, `5 min ago`. A host's clock may be a little ahead: that is just now, too. */
export const formatRelative = (at: number, now: number): string =>
  now - at < 5 * second ? 'just now' : `${formatAge(now - at)} ago`

const pad = (value: number): string => String(value).padStart(2, '0')

/** `14:03:27`, in the reader's time zone. */
export const formatClock = (at: number): string => {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':')
}

/** `2026-09-21 14:03:27 UTC+2`, in the reader's time zone. */
export const formatAbsolute = (at: number): string => {
  const date = new Date(at)
  const days = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('-')
  return `${days} ${formatClock(at)} ${formatZone(-date.getTimezoneOffset())}`
}

const formatZone = (minutes: number): string => {
  if (minutes === 0) return 'UTC'
  const size = Math.abs(minutes)
  const rest = size % 60 === 0 ? '' : `:${pad(size % 60)}`
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest}`
}
