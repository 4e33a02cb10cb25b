import { getBuild, type BuildAnswer, type BuildView } from '../../../shared/api/builds.ts'
import { buildTransitions } from '../../../shared/domain/deploy-state.ts'
import type { Event } from '../../../shared/domain/event.ts'
import { isEnd } from '../../../shared/domain/transitions.ts'
import { stopSignal } from '../../../shared/stop-signal.ts'
import { safeJson, safeText } from '../../../shared/terminal-text.ts'
import { count } from '../../../shared/wording.ts'
import { painter } from '../output/palette.ts'
import { call, type Session } from '../session.ts'
import { followFeed } from './feed.ts'
import { nameWidthOf, stepLines } from './step-lines.ts'

const exitCodes = { built: 0, failed: 1, cancelled: 1, queued: 8, building: 8 } as const
const interrupted = 130

/** Prints a build's log until it ends; exit code 1 when it failed, 8 when it is still running at the timeout. */
export const watchBuild = async (session: Session, build: BuildView, timeoutMs: number): Promise<void> => {
  const left = stopSignal()
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), timeoutMs)
  left.addEventListener('abort', () => over.abort())
  await followFeed({
    target: session.target,
    filter: { build: build.id },
    since: 0,
    signal: over.signal,
    onFrame: ({ events }) => {
      show(session, events)
      if (events.some(isEndOfBuild)) over.abort()
    },
    onAway: () => void process.stderr.write('the tracker is away; trying again …\n'),
    onBack: () => void process.stderr.write('the tracker is back\n'),
  })
  clearTimeout(timer)
  if (left.aborted) {
    leave(build.id)
    return
  }
  finish(session, await call(session, getBuild, { params: { id: build.id } }))
}

const isEndOfBuild = (event: Event): boolean =>
  event.kind === 'build.state' && isEnd(buildTransitions, event.data.state)

const show = (session: Session, events: readonly Event[]): void => {
  const paint = painter(session.output.colour)
  const lines = session.json
    ? events.map(safeJson)
    : events.flatMap((event) => stepLines(event, paint, nameWidthOf([])))
  for (const line of lines) session.output.write(`${line}\n`)
}

const leave = (id: number): void => {
  process.stderr.write(`Detached; build ${id} goes on. Its log: tracker logs --build ${id}\n`)
  process.exitCode = interrupted
}

const finish = (session: Session, build: BuildView): void => {
  const exitCode = exitCodes[build.state]
  const lines = session.json
    ? [safeJson({ kind: 'result', outcome: build.state, exitCode, build })]
    : buildLines({ build })
  session.output.write(`${lines.join('\n')}\n`)
  process.exitCode = exitCode
}

export const buildLines = ({
  build,
  reused = false,
  because,
}: Partial<BuildAnswer> & { build: BuildView }): string[] => [
  `Build ${build.id}  ${build.service} ${build.version}  ${build.state}${reused ? ' before, and reused' : ''}`,
  `  commit ${build.commit.slice(0, 12)} ${safeText(build.subject)}`,
  ...(because ? [`  ${safeText(because)}`] : []),
  ...(build.before ? [`  ${reproduction(build.before)}`] : []),
  ...(build.error ? [`  ${safeText(build.error)}`] : []),
  ...(build.ahead ? [`  ${count(build.ahead, 'build')} before it`] : []),
  ...(build.digest
    ? [`  deploy it: tracker deploy ${build.service}@sha256:${build.digest.slice(0, 12)} -c CLUSTER`]
    : []),
  ...(build.state === 'queued' || build.state === 'building'
    ? [`  log: tracker logs --build ${build.id}`]
    : []),
]

const reproduction = ({ id, same }: { id: number; same: boolean }): string =>
  same
    ? `the same bytes as build ${id}`
    : `other bytes than build ${id} of the same commit: something in it is not the same each time`
