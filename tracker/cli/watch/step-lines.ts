import type { BuildStep, Event } from '../../../shared/domain/event.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import type { Paint } from '../output/palette.ts'
import { clockOf, spanOf } from '../output/times.ts'
import { pad } from '../output/width.ts'
import { toneOfState } from './summary.ts'

type BuildNews = Extract<Event, { kind: 'build.state' }>

/** One event in plain lines, as in a log: time, who, what. */
export const stepLines = (event: Event, paint: Paint, nameWidth: number): string[] => {
  const line = (who: string, what: string): string =>
    `${clockOf(event.at)}  ${pad(who, nameWidth)}  ${what}`.trimEnd()
  const under = (text: string): string => `${' '.repeat(10 + nameWidth)}  | ${text}`
  switch (event.kind) {
    case 'deploy.state':
      return [
        line(
          `deploy ${event.deployId ?? ''}`,
          `${paint(toneOfState(event.data.state), event.data.state)}${because(event.data.reason)}`,
        ),
      ]
    case 'build.state':
      return [line(`build ${event.buildId ?? ''}`, buildStateText(event.data))]
    case 'build.log':
      return event.data.lines.map(({ text }) => line(`build ${event.buildId ?? ''}`, `| ${safeText(text)}`))
    case 'build.step':
      return event.data.state === 'running'
        ? []
        : [line(`build ${event.buildId ?? ''}`, stepEnd(event.data, paint))]
    case 'install.state':
      return [
        line(
          event.data.hostName,
          `${event.data.state}${took(event.data.tookMs)}${because(event.data.error)}`,
        ),
        ...(event.data.output ?? []).map((text) => under(safeText(text))),
      ]
    case 'host.state':
      return [line(event.data.hostName, event.data.state)]
    case 'host.versions':
      return []
  }
}

/** `✓ npm ci  4.1s`. */
const stepEnd = ({ name, state, tookMs = 0 }: BuildStep, paint: Paint): string =>
  `${state === 'done' ? paint('good', '✓') : paint('bad', '✗')} ${safeText(name)}  ${spanOf(tookMs)}`

const because = (reason: string | undefined): string => (reason ? `: ${safeText(reason)}` : '')

/** The log says why a build failed right before. */
const buildStateText = ({ state, packer, reason, error }: BuildNews['data']): string =>
  `${state}${by(packer)}${because(state === 'failed' ? reason : (error ?? reason))}`

const by = (packer: string | undefined): string => (packer === undefined ? '' : ` by ${packer}`)

const took = (ms: number | undefined): string => (ms === undefined ? '' : ` (after ${spanOf(ms)})`)

/** Wide enough for every name in the deploy, so that the lines align. */
export const nameWidthOf = (names: readonly string[]): number =>
  Math.min(40, Math.max('deploy 100'.length, ...names.map(({ length }) => length)))
