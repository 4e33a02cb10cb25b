import { join } from 'node:path'
import type { BuiltArtifact, Commission } from './commission.ts'
import { Deadline } from './deadline.ts'
import { findService } from './find-service.ts'
import { packBuilt } from './pack-built.ts'
import { prepare } from './prepare.ts'
import { runBuilder } from './run-builder.ts'
import { Steps } from './steps.ts'
import { whyFailed } from './why-failed.ts'
import { clear, type BuildListener, type Workplace, type Workshop } from './workplace.ts'

/** Builds a commit and puts the artifact into the store. Leaves nothing behind, no file and no process, however it ends. */
export const buildArtifact = async (
  commission: Commission,
  tools: Workshop,
  listener: BuildListener,
  stop: AbortSignal,
): Promise<BuiltArtifact> => {
  using limit = new Deadline(tools.settings.timeoutMs, '--build-timeout of the packer')
  const place = {
    tools,
    // The same place for every build of a service, as some tools write paths into what they make.
    directory: join(tools.paths.build, commission.source.service),
    steps: new Steps((step) => listener.step?.(step)),
    say: (text: string): void => listener.write('packer', text),
    listener,
    limit,
    signal: AbortSignal.any([stop, limit.signal]),
  }
  try {
    await clear(place.directory)
    return await build(commission, place)
  } catch (error) {
    stop.throwIfAborted()
    throw whyFailed(error, place)
  } finally {
    await clear(place.directory)
  }
}

const build = async (commission: Commission, place: Workplace): Promise<BuiltArtifact> => {
  const { source, version, commit } = commission
  place.say(`Building ${source.service} ${version}, commit ${commit.slice(0, 10)} of ${source.repo}.`)
  const found = await findService(commission, place)
  const prepared = await prepare(commission, found, place)
  await using _layers = prepared.layers
  const built = await runBuilder(commission, found, prepared, place)
  const { tarball, packed, manifest, contents } = await packBuilt(commission, found, built, place)
  await store(tarball, packed.digest, place)
  return {
    artifact: { ...packed, version, commit },
    rollout: found.file.config.rollout,
    origin: { url: found.repo.url, path: source.path, manifest, digest: packed.digest },
    contents,
  }
}

const store = async (
  tarball: string,
  digest: string,
  { tools, steps, say, signal }: Workplace,
): Promise<void> => {
  await steps.take('store', () => tools.store.put(digest, tarball, signal))
  say(`Stored as ${digest}.`)
}
