import type { ReactElement } from 'react'
import { formatAbsolute, formatDuration, formatRelative } from '../text/time.ts'
import { useNow } from './now.ts'

/** `5 min ago`, with the exact time on hover. */
export const Ago = ({ at }: { at: number }): ReactElement => {
  const now = useNow()
  return (
    <time dateTime={new Date(at).toISOString()} title={formatAbsolute(at)}>
      {formatRelative(at, now)}
    </time>
  )
}

/** A moment that somebody plans by, and how far away it is. */
export const Coming = ({ at }: { at: number }): ReactElement => {
  const now = useNow()
  return (
    <time dateTime={new Date(at).toISOString()}>
      {formatAbsolute(at)} ({at > now ? `in ${formatDuration(Math.ceil((at - now) / 1000) * 1000)}` : 'now'})
    </time>
  )
}

/** How long something took; counts on while it has not ended. */
export const Took = ({ from, to }: { from: number; to: number | undefined }): ReactElement => {
  const now = useNow()
  return (
    <span className="number">{to === undefined ? formatRunning(now - from) : formatDuration(to - from)}</span>
  )
}

/** In whole seconds: tenths that change once a second would only flicker. */
const formatRunning = (ms: number): string => {
  const whole = Math.max(0, Math.floor(ms / 1000)) * 1000
  return whole < 10_000 ? `${whole / 1000} s` : formatDuration(whole)
}
