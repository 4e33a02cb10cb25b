import type { NatsBus } from '../shared/adapters/nats-bus.ts'
import { PersonError } from '../shared/errors.ts'
import type { Logger } from '../shared/log.ts'
import { buildLogMessage } from '../shared/messages/build.ts'
import { buildArtifact, type BuildRequest, type BuildTools } from './build-artifact.ts'
import { BuildLog } from './build-log.ts'
import { reportResult, type BuildResult } from './report-result.ts'

export interface Packer {
  readonly id: string
  readonly bus: NatsBus
  readonly tools: BuildTools
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Carries one build out and tells the tracker of it. A packer that is stopped reports nothing: the build is asked of another. */
export const carryOut = async (packer: Packer, request: BuildRequest): Promise<void> => {
  const { id, bus, tools, log, signal } = packer
  const { buildId } = request
  const buildLog = new BuildLog((lines) =>
    bus.publish(buildLogMessage, { packer: id }, { v: 1, buildId, lines }),
  )
  const result = await buildArtifact(request, tools, buildLog, signal).then(
    (built): BuildResult => ({ v: 1, buildId, outcome: 'built', ...built }),
    (error: unknown): BuildResult => ({ v: 1, buildId, outcome: 'failed', error: toldError(packer, error) }),
  )
  if (result.outcome === 'failed') buildLog.write('packer', result.error.slice(0, 2000))
  buildLog.end()
  if (signal.aborted) return
  log.info({ buildId, outcome: result.outcome, service: request.source.service }, 'build ended')
  await reportResult(bus, id, result, log, signal)
}

const toldError = ({ log, signal }: Packer, error: unknown): string => {
  if (error instanceof PersonError)
    return [error.message, error.hint].filter(Boolean).join(' ').slice(0, 2000)
  if (!signal.aborted) log.error({ err: error }, 'build failed by a defect of the packer')
  return 'The packer failed; its own log says why.'
}
