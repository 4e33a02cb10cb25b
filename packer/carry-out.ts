import type { NatsBus } from '../shared/adapters/nats-bus.ts'
import type { Made } from '../shared/domain/build-record.ts'
import { messageOf, PersonError } from '../shared/errors.ts'
import type { Logger } from '../shared/log.ts'
import { buildLogMessage, buildStepMessage } from '../shared/messages/build.ts'
import { buildArtifact, type BuildRequest, type BuildTools, type BuiltArtifact } from './build-artifact.ts'
import { Diary } from './record/diary.ts'
import { provenanceOf, type Run } from './record/provenance.ts'
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
  const startedAt = Date.now()
  const name = `${buildId}-${id}`
  const diary = new Diary(
    {
      lines: (lines) => bus.publish(buildLogMessage, { packer: id }, { v: 1, buildId, lines }),
      step: (step) => bus.publish(buildStepMessage, { packer: id }, { v: 1, buildId, step }),
    },
    tools.paths.build,
    name,
  )
  const ended = await buildArtifact(request, tools, diary, signal).catch((error: unknown) => ({
    error: toldError(packer, error),
  }))
  if ('error' in ended) diary.write('packer', ended.error)
  diary.end()
  const run = { packer: id, buildId, startedAt, finishedAt: Date.now() }
  const made = 'error' in ended ? undefined : madeBy(ended, run)
  const isKept = await diary.keep({ buildId, name, made }, tools.store, signal).then(
    () => true,
    (error: unknown) => notKept(packer, buildId, error),
  )
  if (signal.aborted) return
  const result = { ...resultOf(buildId, ended), ...(isKept ? { kept: name } : {}) }
  log.info({ buildId, outcome: result.outcome, service: request.source.service }, 'build ended')
  await reportResult(bus, id, result, log, signal)
}

type Ended = BuiltArtifact | { readonly error: string }

const resultOf = (buildId: number, ended: Ended): BuildResult =>
  'error' in ended
    ? { v: 1, buildId, outcome: 'failed', error: ended.error }
    : { v: 1, buildId, outcome: 'built', artifact: ended.artifact, rollout: ended.rollout }

const madeBy = ({ artifact, origin, contents }: BuiltArtifact, run: Run): Made => {
  const { size, unpackedSize, entries } = artifact
  return {
    provenance: provenanceOf(origin, run),
    manifest: { ...origin.manifest },
    size,
    unpackedSize,
    entries,
    ...contents,
  }
}

/** A build is no worse for it: the tracker has what it was told while it ran. */
const notKept = ({ log, signal }: Packer, buildId: number, error: unknown): false => {
  if (!signal.aborted) log.warn({ buildId, err: messageOf(error) }, 'log and record could not be stored')
  return false
}

const toldError = ({ log, signal }: Packer, error: unknown): string => {
  if (error instanceof PersonError)
    return [error.message, error.hint].filter(Boolean).join(' ').slice(0, 2000)
  if (!signal.aborted) log.error({ err: error }, 'build failed by a defect of the packer')
  return 'The packer failed; its own log says why.'
}
