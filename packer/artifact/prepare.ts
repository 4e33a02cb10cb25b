import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buildEnvironment } from '../build/environment.ts'
import { exportCommit } from '../git/export-commit.ts'
import { describeCommit } from '../git/resolve-ref.ts'
import { BuildLayers } from '../layers/build-layers.ts'
import { decidingEnvironment } from '../layers/environment.ts'
import type { Commission } from './commission.ts'
import type { FoundService } from './find-service.ts'
import type { Workplace } from './workplace.ts'

/** What a builder finds when it begins. */
export interface Prepared {
  /** The files of the commit. */
  readonly checkout: string
  /** The variables that all its commands see. */
  readonly env: Readonly<Record<string, string>>
  /** To be disposed once the artifact is packed, as parts of it lie in layers. */
  readonly layers: BuildLayers
}

export const prepare = async (
  commission: Commission,
  { repo }: FoundService,
  place: Workplace,
): Promise<Prepared> => {
  const { commit, source, fresh } = commission
  const checkout = join(place.directory, 'source')
  await place.steps.take('export', () => exportCommit(repo, commit, source.path, checkout))
  const { committedAt } = await describeCommit(repo, commit)
  const env = await prepareEnvironment(place, committedAt)
  return { checkout, env, layers: await layersFor(place, env, fresh) }
}

const prepareEnvironment = async (
  { directory, tools: { paths, settings } }: Workplace,
  committedAt: number,
): Promise<Record<string, string>> => {
  const directories = { home: join(directory, 'home'), temporary: join(directory, 'tmp'), cache: paths.cache }
  for (const path of Object.values(directories)) await mkdir(path, { recursive: true })
  return buildEnvironment(process.env, directories, settings, Math.floor(committedAt / 1000))
}

const layersFor = async (
  { tools: { layers, settings }, say, signal }: Workplace,
  env: Prepared['env'],
  fresh: boolean,
): Promise<BuildLayers> => {
  const environment = await decidingEnvironment(env, [settings.npmrc, settings.pipConfig])
  return new BuildLayers(layers, { say, signal, environment, fresh })
}
