import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type * as z from 'zod'
import type { ArtifactStore } from '../shared/artifact-store.ts'
import type { ArtifactManifest, ArtifactRef, BuiltBy } from '../shared/domain/artifact.ts'
import type { BuildStep, LogLine } from '../shared/domain/event.ts'
import type { Rollout } from '../shared/domain/rollout.ts'
import { errnoOf, messageOf, PersonError } from '../shared/errors.ts'
import { durationText } from '../shared/wording.ts'
import type { buildCall } from '../shared/messages/build.ts'
import { identify, type BuildIdentity } from './build-config.ts'
import type { Built, Sources } from './build/builder.ts'
import { builderFor } from './build/builders.ts'
import { nativeNeeds } from './build/native-code.ts'
import { runGroup } from './build/process-group.ts'
import { nameOf, noSpaceForBuilds, runCommand } from './build/run-command.ts'
import type { Sandbox } from './build/sandbox/sandbox.ts'
import { buildEnvironment, type BuildDirectories } from './build/environment.ts'
import { endLeftovers } from './build/leftovers.ts'
import type { BuildSettings, PackerPaths } from './config.ts'
import { Deadline } from './deadline.ts'
import { commitSources } from './git/commit-sources.ts'
import { exportCommit } from './git/export-commit.ts'
import { GitError } from './git/git.ts'
import type { RepoCache } from './git/repo-cache.ts'
import { describeCommit } from './git/resolve-ref.ts'
import { decidingEnvironment } from './layers/environment.ts'
import { BuildLayers, type Occasion } from './layers/build-layers.ts'
import type { Layers } from './layers/layers.ts'
import type { CompressedPieces } from './pack/compressed-pieces.ts'
import { pack } from './pack/pack.ts'
import { contentsOf, type Contents } from './record/contents.ts'
import type { Origin } from './record/provenance.ts'
import { readServiceFile, type ServiceFile } from './service-file/service-file.ts'
import { Steps } from './steps.ts'

export type BuildRequest = z.output<typeof buildCall.request>

export interface BuildTools {
  readonly cache: RepoCache
  readonly store: ArtifactStore
  readonly paths: PackerPaths
  readonly settings: BuildSettings
  readonly layers: Layers
  readonly pieces: CompressedPieces
  /** Where builds do not run in one, they can read whatever the packer can. */
  readonly sandbox: Sandbox | undefined
}

/** What a build needs of them: of the store only that it takes what was built. */
type Workshop = Omit<BuildTools, 'store'> & { readonly store: Pick<ArtifactStore, 'put'> }

/** What is to be built; `fresh` when nothing is to be taken of what earlier builds have installed. */
export type Commission = Pick<BuildRequest, 'source' | 'commit' | 'version' | 'buildConfig' | 'fresh'>

export interface BuiltArtifact {
  readonly artifact: ArtifactRef
  readonly rollout: Rollout
  readonly origin: Origin
  readonly contents: Contents
}

/** Hears what a build says, and what it does. */
export interface BuildListener {
  readonly write: (stream: LogLine['stream'], text: string) => void
  readonly step?: (step: BuildStep) => void
}

/** Builds a commit and puts the artifact into the store. Leaves nothing behind, no file and no process, however it ends. */
export const buildArtifact = async (
  request: Commission,
  tools: Workshop,
  listener: BuildListener,
  stop: AbortSignal,
): Promise<BuiltArtifact> => {
  using limit = new Deadline(tools.settings.timeoutMs, '--build-timeout of the packer')
  // The same place for every build of a service, as some tools write paths into what they make.
  const directory = join(tools.paths.build, request.source.service)
  const steps = new Steps((step) => listener.step?.(step))
  const say = (text: string): void => listener.write('packer', text)
  const signal = AbortSignal.any([stop, limit.signal])
  try {
    await clear(directory)
    return await build(request, tools, { directory, steps, say, listener, limit, signal })
  } catch (error) {
    stop.throwIfAborted()
    throw steps.nameIn(limit.signal.aborted ? tookTooLong(limit) : explain(error, directory))
  } finally {
    await clear(directory)
  }
}

/** Where and how a build is done. */
interface Workplace {
  readonly directory: string
  readonly steps: Steps
  readonly say: (text: string) => void
  readonly listener: BuildListener
  readonly limit: Deadline
  readonly signal: AbortSignal
}

/** What is built, as it was found in the repo, and what its builder is given. */
interface Found {
  readonly file: ServiceFile
  readonly sources: Sources
  readonly checkout: string
  readonly directories: BuildDirectories
  readonly env: Readonly<Record<string, string>>
  readonly layers: BuildLayers
}

const build = async (request: Commission, tools: Workshop, place: Workplace): Promise<BuiltArtifact> => {
  const { source, commit, version } = request
  const { directory, steps, say, limit, signal } = place
  say(`Building ${source.service} ${version}, commit ${commit.slice(0, 10)} of ${source.repo}.`)
  const repo = await steps.take('fetch', () => tools.cache.withCommit(source.repo, commit))
  const file = await readServiceFile(repo, source, commit)
  limit.shorten(file.config.build.timeout, 'build.timeout of service.yaml')
  const sources = commitSources(repo, commit, source.path)
  const { builtBy } = await identifyAsAsked(request, file, sources)
  const checkout = join(directory, 'source')
  await steps.take('export', () => exportCommit(repo, commit, source.path, checkout))

  const { committedAt } = await describeCommit(repo, commit)
  const directories = await makeDirectories(directory, join(tools.paths.cache, source.service))
  const seconds = Math.floor(committedAt / 1000)
  const env = buildEnvironment(process.env, directories, tools.settings, seconds)
  await using layers = await layersFor(request, tools, env, place)
  const found = { file, sources, checkout, directories, env, layers }
  const built = await runBuilder(request, tools, place, found)
  const tarball = join(directory, 'artifact.tar.gz')
  const needs = { ...built.needs, ...(await nativeNeeds(built.directory)) }
  const manifest = manifestOf(request, file, { ...built, needs }, builtBy)
  const within = { repo, commit, path: source.path, build: file.config.build }
  const { packed, contents } = await steps.take('pack', async () => {
    const { compress } = tools.pieces
    const { packed, entries } = await pack(built.directory, manifest, tarball, { signal, compress })
    return { packed, contents: await contentsOf(built.directory, entries, within) }
  })
  say(`Packed ${packed.entries} entries, ${readable(packed.unpackedSize)}, into ${readable(packed.size)}.`)
  await steps.take('store', () => tools.store.put(packed.digest, tarball, signal))
  say(`Stored as ${packed.digest}.`)
  return {
    artifact: { ...packed, version, commit },
    rollout: file.config.rollout,
    origin: {
      url: repo.url,
      path: source.path,
      manifest,
      digest: packed.digest,
      sandbox: tools.sandbox !== undefined,
    },
    contents,
  }
}

/** Each command is a step by its own name. */
const runBuilder = async (
  { source }: Commission,
  tools: Workshop,
  { directory, steps, say, listener, signal }: Workplace,
  { file, sources, checkout, directories, env, layers }: Found,
): Promise<Built> => {
  const serviceDirectory = resolve(checkout, source.path)
  const start = tools.sandbox?.of({ directory, ...directories }, serviceDirectory) ?? runGroup
  return builderFor(file.config.build).build({
    checkout,
    directory: serviceDirectory,
    sources,
    cache: directories.cache,
    config: file.config,
    build: file.config.build,
    layers,
    say,
    step: (name, work) => steps.take(name, work),
    run: (command, args, options) => {
      const name = options?.name ?? nameOf(command, args)
      const typed = [command, ...args].join(' ').trim().replaceAll('\n', '; ')
      say(`$ ${typed}`)
      const run = (): Promise<void> =>
        runCommand(command, args, {
          cwd: serviceDirectory,
          ...options,
          name,
          env: { ...env, ...options?.env },
          signal,
          start,
          onLine: (stream, text) => listener.write(stream, text),
          onExit: () => endLeftovers(directory),
        })
      return steps.take(name, run, typed)
    },
  })
}

/** Another packer may have told the tracker how it would build; if this one would do it otherwise, the artifact is not that. */
const identifyAsAsked = async (
  { buildConfig }: Commission,
  { config }: ServiceFile,
  sources: Sources,
): Promise<BuildIdentity> => {
  const identity = await identify(config.build, sources)
  if (identity.buildConfig === buildConfig) return identity
  throw new BuiltOtherwise()
}

/** It is for another packer to do, if there is one. */
export class BuiltOtherwise extends PersonError {
  constructor() {
    super('conflict', 'This packer would build it in another way than the packer that was asked first.', {
      hint: 'Give all packers the same versions of apptracker and of the tools that it needs.',
    })
  }
}

const makeDirectories = async (directory: string, cache: string): Promise<BuildDirectories> => {
  const directories = { home: join(directory, 'home'), temporary: join(directory, 'tmp'), cache }
  for (const path of Object.values(directories)) await mkdir(path, { recursive: true })
  return directories
}

const layersFor = async (
  { fresh }: Commission,
  { layers, settings }: Workshop,
  env: Readonly<Record<string, string>>,
  occasion: Pick<Occasion, 'say' | 'signal'>,
): Promise<BuildLayers> => {
  const environment = await decidingEnvironment(env, [settings.npmrc, settings.pipConfig])
  return new BuildLayers(layers, { ...occasion, environment, fresh })
}

const manifestOf = (
  { source, version, commit }: Commission,
  { written }: ServiceFile,
  { variables, searchPaths = {}, needs = {} }: Built,
  by: BuiltBy,
): z.input<typeof ArtifactManifest> => {
  const run = { ...written.run, env: { ...written.run.env, ...variables } }
  return {
    v: 1,
    service: source.service,
    version,
    commit,
    builtBy: by,
    searchPaths,
    needs,
    config: { ...written, run },
  }
}

const clear = async (directory: string): Promise<void> => {
  endLeftovers(directory)
  await rm(directory, { recursive: true, force: true, maxRetries: 3 })
}

const tookTooLong = ({ ms, name }: Deadline): PersonError =>
  new PersonError('invalid', `The build took longer than ${durationText(ms)} and was stopped.`, {
    hint: `Make it faster, or raise what limits it: ${name}.`,
  })

const explain = (error: unknown, directory: string): unknown => {
  if (errnoOf(error) === 'ENOSPC' || /No space left on device/.test(messageOf(error))) {
    return noSpaceForBuilds(directory, error)
  }
  return error instanceof GitError
    ? new PersonError('invalid', `git failed: ${error.message}.`, { cause: error })
    : error
}

const readable = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
