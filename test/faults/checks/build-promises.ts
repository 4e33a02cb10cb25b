import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { listArtifacts } from '../../../shared/api/artifacts.ts'
import { listBuilds, type BuildView } from '../../../shared/api/builds.ts'
import { listPackers } from '../../../shared/api/packers.ts'
import type { World } from '../world/world.ts'

/** Builds that were asked for since then, and all that there is to see of them. */
interface BuildCase {
  readonly world: World
  readonly builds: readonly BuildView[]
}

type BuildPromise = (checked: BuildCase) => Promise<string | undefined> | string | undefined

export const lastBuild = async ({ api }: World): Promise<number> =>
  (await api.call(listBuilds, { query: { limit: 1 } })).builds[0]?.id ?? 0

/** By the name of the promise, how it is broken. */
export const brokenBuildPromises = async (
  world: World,
  since: number,
): Promise<{ promise: string; how: string }[]> => {
  const { builds } = await world.api.call(listBuilds, { query: { limit: 100 } })
  const checked = { world, builds: builds.filter(({ id }) => id > since) }
  const looks = Object.entries(buildPromises).map(async ([promise, look]) => ({
    promise,
    how: await look(checked),
  }))
  return (await Promise.all(looks)).flatMap(({ promise, how }) =>
    how === undefined ? [] : [{ promise, how }],
  )
}

const buildPromises: Readonly<Record<string, BuildPromise>> = {
  'every build ends': ({ builds }) => {
    const running = builds.find(({ endedAt }) => endedAt === undefined)
    return running && `build ${running.id} is still ${running.state}`
  },

  'a build fails for no other reason than that its packers fell silent': ({ builds }) => {
    const failed = builds.find(({ state, error }) => state === 'failed' && error?.includes('silent') !== true)
    return failed && `build ${failed.id}: ${failed.error ?? ''}`
  },

  'what was built is in the store, whole': async ({ world, builds }) => {
    for (const { id, digest } of builds) {
      if (digest === undefined) continue
      const found = await hashOf(artifactFile(world, digest))
      if (found !== digest) return `build ${id}: ${digest} is ${found} there`
    }
    return undefined
  },

  'what is registered is in the store': async ({ world }) => {
    const { artifacts } = await world.api.call(listArtifacts, { query: { limit: 1000 } })
    const missing = artifacts.find(({ digest }) => !existsSync(artifactFile(world, digest)))
    return missing && `${missing.service} ${missing.version} is not there`
  },

  'packers have nothing left': async ({ world }) => {
    const { packers } = await world.api.call(listPackers, {})
    const busy = packers.find(({ state, builds }) => state !== 'ready' || builds.length > 0)
    return busy && `${busy.name} is ${busy.state}, with ${busy.builds.length} builds`
  },

  // One that was killed cannot clear away after itself; the upkeep does, a day later.
  'no upload is left unfinished by who was not killed': ({ world }) => {
    const left = readdirSync(join(world.api.data, 'artifacts', 'incoming'))
    const kills = world.packers.reduce((sum, packer) => sum + packer.kills, 0)
    return left.length > kills ? `${left.join(', ')} after ${kills} kills` : undefined
  },
}

const artifactFile = ({ api }: World, digest: string): string =>
  join(api.data, 'artifacts', `${digest}.tar.gz`)

const hashOf = async (path: string): Promise<string> => {
  if (!existsSync(path)) return 'nothing'
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
