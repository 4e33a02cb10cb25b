import { targetText } from '../../../shared/domain/edition-text.ts'
import type { Tone, Paint } from '../output/palette.ts'
import { ageOf } from '../output/times.ts'
import { pad } from '../output/width.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { standingOf, type HostProgress, type Standing } from './progress.ts'

const tones: Record<Standing, Tone> = { failed: 'bad', active: 'busy', waiting: 'quiet', done: 'good' }
const signs: Record<Standing, string> = { failed: '✗', active: '●', waiting: '·', done: '✓' }

/** One host in one line: sign, name, state, and what is worth saying about it. */
export const hostLine = (host: HostProgress, nameWidth: number, now: number, paint: Paint): string => {
  const standing = standingOf(host.state)
  const state = pad(host.state, 'rolling-back'.length)
  return `  ${paint(tones[standing], signs[standing])} ${pad(host.hostName, nameWidth)}  ${paint(tones[standing], state)}  ${remarkOn(host, now)}`.trimEnd()
}

const remarkOn = (host: HostProgress, now: number): string => {
  if (host.state === 'late') return `takes ${host.version} when it is back`
  if (host.error) return safeText(host.error)
  const change = targetText(host)
  return standingOf(host.state) === 'active' ? `${change}  ${ageOf(host.since, now)}` : change
}

/** What the service itself said last, under its host. */
export const outputLines = (host: HostProgress, most: number, colour: boolean): string[] =>
  host.output.slice(-most).map((line) => `      | ${safeText(line, colour)}`)
