import { mkdir, rm } from 'node:fs/promises'
import { arch, platform } from 'node:process'
import { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { openStore } from '../../shared/adapters/open-store.ts'
import { parseSetting } from '../../shared/command-line.ts'
import { takeLock } from '../../shared/host/lock.ts'
import { createLogger } from '../../shared/log.ts'
import { endLeftovers } from '../build/leftovers.ts'
import { Capacity, pathsIn, readBuildSettings, type PackerPaths } from '../config.ts'
import { RepoCache } from '../git/repo-cache.ts'
import { readIdentity } from './identity.ts'
import { Layers } from '../layers/layers.ts'
import { CompressedPieces } from '../pack/compressed-pieces.ts'
import { serve } from './serve.ts'

export interface RunOptions {
  readonly work: string
  readonly capacity: string
  readonly buildTimeout: string
  readonly trustRepoHost: readonly string[]
}

/** Runs the packer until `signal` aborts. */
export const runPacker = async (options: RunOptions, signal: AbortSignal): Promise<void> => {
  const paths = pathsIn(options.work)
  const settings = await readBuildSettings(options.buildTimeout)
  const capacity = parseSetting(Capacity, '--capacity', options.capacity)
  const identity = await readIdentity(paths.identity)
  await using _lock = await takeLock(paths.lock, {
    program: 'packer',
    directory: options.work,
    hint: 'Give each packer a --work directory of its own.',
  })
  await clearBuilds(paths)

  const log = createLogger('packer')
  const store = await openStore(identity.store)
  const layers = await Layers.open(paths.layers)
  const pieces = await CompressedPieces.open(paths.pieces)
  const cache = new RepoCache({ directory: paths.git, trustedHosts: new Set(options.trustRepoHost), signal })
  await using bus = await NatsBus.connect({
    url: identity.natsUrl,
    seed: identity.seed,
    id: identity.id,
    log,
  })
  // What the machine is nobody can enrol away.
  const labels = { ...identity.labels, os: platform, arch }
  const tools = { cache, store, paths, settings, layers, pieces }
  const packer = { id: identity.id, capacity, labels, bus, tools, log, signal }
  await serve(packer, () => {
    process.stdout.write(`Ready: packer ${identity.name} (${identity.id})\n`)
  })
}

/** A packer that was killed could not clear its builds away. */
const clearBuilds = async ({ build }: PackerPaths): Promise<void> => {
  endLeftovers(build)
  await rm(build, { recursive: true, force: true })
  await mkdir(build, { recursive: true })
}
