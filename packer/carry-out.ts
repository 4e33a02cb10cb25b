import type { NatsBus } from '../shared/adapters/nats-bus.ts'
import { PersonError } from '../shared/errors.ts'
import type { Labels } from '../shared/domain/names.ts'
import type { Logger } from '../shared/log.ts'
import { buildLogMessage } from '../shared/messages/build.ts'
import { buildArtifact, BuiltOtherwise, type BuildRequest, type BuildTools } from './build-artifact.ts'
import { BuildLog } from './build-log.ts'
import { reportResult, type BuildResult } from './report-result.ts'

export interface Packer {
  readonly id: string
  /** How many builds it does at once. */
  readonly capacity: number
  readonly labels: Labels
  readonly bus: NatsBus
  readonly tools: BuildTools
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Carries one build out and tells the tracker of it. One that is stopped is not told of: nobody wants it, or another is asked. */
export const carryOut = async (packer: Packer, request: BuildRequest, signal: AbortSignal): Promise<void> => {
  const { id, bus, tools, log } = packer
  const { buildId, attempt } = request
  const buildLog = new BuildLog((lines) =>
    bus.publish(buildLogMessage, { packer: id }, { v: 1, buildId, lines }),
  )
  const result = await buildArtifact(request, tools, buildLog, signal).then(
    (built): BuildResult => ({ v: 1, buildId, attempt, outcome: 'built', ...built }),
    (error: unknown): BuildResult => ({ v: 1, buildId, attempt, ...failureOf(packer, error, signal) }),
  )
  if (result.outcome !== 'built') buildLog.write('packer', signal.aborted ? 'Stopped.' : result.error)
  buildLog.end()
  if (signal.aborted) return
  log.info({ buildId, outcome: result.outcome, service: request.source.service }, 'build ended')
  await reportResult(bus, id, result, log, signal)
}

const longestError = 2000

const failureOf = (
  { log }: Packer,
  error: unknown,
  { aborted }: AbortSignal,
): { outcome: 'failed' | 'declined'; error: string } => {
  const outcome = error instanceof BuiltOtherwise ? 'declined' : 'failed'
  if (error instanceof PersonError) {
    return { outcome, error: [error.message, error.hint].filter(Boolean).join(' ').slice(0, longestError) }
  }
  if (!aborted) log.error({ err: error }, 'build failed by a defect of the packer')
  return { outcome, error: 'The packer failed; its own log says why.' }
}
