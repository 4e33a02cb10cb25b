import type { FailureGroup } from '../../../shared/domain/failures/failure-group.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { count } from '../../../shared/wording.ts'
import type { Paint } from '../output/palette.ts'
import { ageOf } from '../output/times.ts'
import { fit } from '../output/width.ts'
import { detailLines, groupLine, whoWidth } from './failure-lines.ts'
import { hostLine, outputLines } from './host-line.ts'
import {
  failuresIn,
  hostsInOrder,
  standingOf,
  type HostProgress,
  type Progress,
  type Standing,
} from './progress.ts'
import { titleOf, toneOfState } from './summary.ts'
import { waitLines } from './wait-line.ts'

export interface Frame {
  readonly columns: number
  readonly rows: number
  readonly now: number
  readonly paint: Paint
  readonly colour: boolean
}

const buildLinesShown = 8
const outputLinesShown = 3

/** The whole live view: never higher than the screen less one row, never wider than it. */
export const liveLines = (progress: Progress, frame: Frame): string[] => {
  const head = headLines(progress, frame)
  const foot = footLines(progress, frame)
  const room = frame.rows - 1 - head.length - foot.length
  const body =
    progress.deploy.state === 'building' ? buildLines(progress, room) : hostLines(progress, frame, room)
  return [...head, ...body, ...foot].map((line) => fit(line, frame.columns - 1)).slice(0, frame.rows - 1)
}

const headLines = ({ deploy, hosts }: Progress, { now, paint, columns }: Frame): string[] => [
  `${paint('strong', titleOf(deploy))}  ${paint(toneOfState(deploy.state), deploy.state)}  ${ageOf(deploy.beganAt ?? deploy.createdAt, now)}`,
  ...waitLines(deploy, now),
  ...(hosts.size > 0 ? [meter([...hosts.values()], columns, paint)] : []),
]

/** `████████░░░░  4/6 done · 1 active · 1 waiting · 0 failed` */
const meter = (hosts: readonly HostProgress[], columns: number, paint: Paint): string => {
  const counts: Record<Standing, number> = { done: 0, failed: 0, active: 0, waiting: 0 }
  for (const { state } of hosts) counts[standingOf(state)] += 1
  const width = Math.max(10, Math.min(30, columns - 50))
  const cells = (number: number): number => Math.floor((number / hosts.length) * width)
  const done = cells(counts.done)
  const failed = counts.failed > 0 ? Math.max(1, cells(counts.failed)) : 0
  const rest = Math.max(0, width - done - failed)
  const bar = `${paint('good', '█'.repeat(done))}${paint('bad', '▒'.repeat(failed))}${paint('quiet', '░'.repeat(rest))}`
  const failures = paint(counts.failed > 0 ? 'bad' : 'quiet', `${counts.failed} failed`)
  return `${bar}  ${counts.done}/${hosts.length} done · ${counts.active} active · ${counts.waiting} waiting · ${failures}`
}

const buildLines = ({ buildTail }: Progress, room: number): string[] =>
  buildTail.slice(-Math.max(0, Math.min(buildLinesShown, room))).map(({ text }) => `  | ${safeText(text)}`)

/** Hosts that are told of together. */
interface Block {
  readonly lines: readonly string[]
  readonly hosts: readonly Pick<HostProgress, 'state'>[]
}

/** As many blocks as there is room for, of the last one what fits; then how many more hosts there are in which state. */
const hostLines = (progress: Progress, frame: Frame, room: number): string[] => {
  const blocks = blocksOf(progress, frame)
  const lines: string[] = []
  for (const [index, block] of blocks.entries()) {
    const isLast = index === blocks.length - 1
    const spare = room - lines.length
    if (spare < (isLast ? 1 : 2)) {
      return spare < 1 ? lines : [...lines, moreLine(blocks.slice(index).flatMap(({ hosts }) => hosts))]
    }
    lines.push(...block.lines.slice(0, isLast ? spare : spare - 1))
  }
  return lines
}

/** What failed, by cause, then what moves, what waits and what is done. */
const blocksOf = (progress: Progress, { now, paint, colour }: Frame): Block[] => {
  const groups = failuresIn(progress)
  const told = new Set(groups.flatMap(({ hosts }) => hosts.map(({ hostId }) => hostId)))
  const others = hostsInOrder(progress).filter(({ hostId }) => !told.has(hostId))
  const width = Math.max(whoWidth(groups), ...others.map(({ hostName }) => hostName.length))
  return [
    ...groups.map((group) => ({
      lines: [groupLine(group, width, paint), ...wordsOn(progress, group, paint, colour)],
      hosts: group.hosts,
    })),
    ...others.map((host) => ({ lines: [hostLine(host, width, now, paint)], hosts: [host] })),
  ]
}

const wordsOn = ({ hosts }: Progress, group: FailureGroup, paint: Paint, colour: boolean): string[] => {
  const host = group.hosts.length === 1 ? hosts.get(group.hosts[0]?.hostId ?? '') : undefined
  return host ? outputLines(host, outputLinesShown, colour) : detailLines(group, paint)
}

const moreLine = (hosts: Block['hosts']): string => {
  const tally = new Map<string, number>()
  for (const { state } of hosts) tally.set(state, (tally.get(state) ?? 0) + 1)
  const states = [...tally].map(([state, number]) => `${number} ${state}`).join(', ')
  return `  … and ${count(hosts.length, 'more host')}: ${states}`
}

const footLines = ({ awaySince, deploy }: Progress, { now, paint }: Frame): string[] => [
  ...deploy.warnings.slice(0, 3).map((warning) => paint('quiet', `  note: ${safeText(warning)}`)),
  ...(awaySince === undefined
    ? []
    : [paint('busy', `  the tracker is away (${ageOf(awaySince, now)}); hosts go on, trying again …`)]),
  paint('quiet', '  Ctrl-C stops watching; the deploy goes on'),
]
