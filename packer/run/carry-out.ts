import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import type { Made } from '../../shared/domain/build-record.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import type { Labels } from '../../shared/domain/names.ts'
import type { Logger } from '../../shared/log.ts'
import { buildLogMessage, buildStepMessage } from '../../shared/messages/build.ts'
import { buildArtifact } from '../artifact/build-artifact.ts'
import type { BuildRequest, BuiltArtifact } from '../artifact/commission.ts'
import { BuiltOtherwise } from '../artifact/find-service.ts'
import type { BuildTools } from '../artifact/workplace.ts'
import { Diary } from '../record/diary.ts'
import { provenanceOf, type Run } from '../record/provenance.ts'
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

/**
 * Carries one build out and tells the tracker of it. A packer that is itself stopped tells nothing: another is asked. One build
 * that is stopped is told of for the sake of its log.
 */
export const carryOut = async (packer: Packer, request: BuildRequest, signal: AbortSignal): Promise<void> => {
  const { id, bus, tools, log } = packer
  const { buildId, attempt } = request
  const startedAt = Date.now()
  const name = `${buildId}-${attempt}`
  const diary = new Diary(
    {
      lines: (lines) => bus.publish(buildLogMessage, { packer: id }, { v: 1, buildId, lines }),
      step: (step) => bus.publish(buildStepMessage, { packer: id }, { v: 1, buildId, step }),
    },
    tools.paths.build,
    name,
  )
  const ended = await buildArtifact(request, tools, diary, signal).catch((error: unknown) =>
    failureOf(packer, error, signal),
  )
  if ('outcome' in ended) diary.write('packer', ended.error)
  const run = { packer: id, buildId, attempt, startedAt, finishedAt: Date.now() }
  const made = 'outcome' in ended ? undefined : madeBy(ended, run)
  const isKept = await diary.keep({ buildId, name, made }, tools.store, packer.signal).then(
    () => true,
    (error: unknown) => notKept(packer, buildId, error),
  )
  if (packer.signal.aborted) return
  const result = { v: 1 as const, buildId, attempt, ...resultOf(ended, isKept ? { kept: name } : {}) }
  log.info({ buildId, outcome: result.outcome, service: request.source.service }, 'build ended')
  await reportResult(bus, id, result, log, packer.signal)
}

interface Failure {
  readonly outcome: 'failed' | 'declined' | 'stopped'
  readonly error: string
}

type Told<Result = BuildResult> = Result extends BuildResult
  ? Omit<Result, 'v' | 'buildId' | 'attempt'>
  : never

const resultOf = (ended: BuiltArtifact | Failure, kept: { kept?: string }): Told => {
  if (!('outcome' in ended))
    return { outcome: 'built', artifact: ended.artifact, rollout: ended.rollout, ...kept }
  const { outcome, error } = ended
  if (outcome === 'stopped') return { outcome, ...kept }
  // One that declines has begun nothing; another packer's log is the build's.
  return outcome === 'declined' ? { outcome, error } : { outcome, error, ...kept }
}

const madeBy = ({ artifact, origin, contents }: BuiltArtifact, run: Run): Made => {
  const { size, unpackedSize, entries } = artifact
  const manifest = { ...origin.manifest }
  return { provenance: provenanceOf(origin, run), manifest, size, unpackedSize, entries, ...contents }
}

/** A build is no worse for it: the tracker has what it was told while it ran. */
const notKept = ({ log, signal }: Packer, buildId: number, error: unknown): false => {
  if (!signal.aborted) log.warn({ buildId, err: messageOf(error) }, 'log and record could not be stored')
  return false
}

const longestError = 2000

const failureOf = ({ log }: Packer, error: unknown, { aborted }: AbortSignal): Failure => {
  if (aborted) return { outcome: 'stopped', error: 'Stopped.' }
  const outcome = error instanceof BuiltOtherwise ? 'declined' : 'failed'
  if (error instanceof PersonError) {
    return { outcome, error: [error.message, error.hint].filter(Boolean).join(' ').slice(0, longestError) }
  }
  log.error({ err: error }, 'build failed by a defect of the packer')
  return { outcome, error: 'The packer failed; its own log says why.' }
}
