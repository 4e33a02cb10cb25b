import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { timeOfLayers } from '../../layers/environment.ts'
import type { Recipe } from '../../layers/recipe.ts'
import { takeOrMake } from '../../layers/take-or-make.ts'
import type { Workspace } from '../builder.ts'
import { pipSettings } from './interpreter.ts'
import { pipInstall, wheelhouse } from './pip.ts'
import { revision } from './revision.ts'
import { hasPackages, sitePackages } from './site-packages.ts'

/** What pip is to install, where it is known what that is, to the byte. */
export interface Decided {
  /** Words for pip. */
  readonly what: readonly string[]
  readonly cwd: string
  /** Those that are in no file of the repo. */
  readonly requirements: readonly string[]
  /** Files of the repo that have the others, relative to the checkout. */
  readonly files: readonly string[]
}

/** Out of a layer, where an earlier build has installed the same; `isBase` says that more will be installed beside it. */
export const installDecided = async (
  workspace: Workspace,
  decided: Decided,
  { isBase }: { isBase: boolean },
): Promise<void> => {
  const { directory, layers, say } = workspace
  if (await hasPackages(directory)) {
    say(notKept(`${sitePackages} is in the repo`))
    return pipInstall(workspace, decided.what, decided.cwd, timeOfLayers)
  }
  const recipe = await recipeOf(workspace, decided)
  const install = (): Promise<void> => pipInstall(workspace, decided.what, decided.cwd, timeOfLayers)
  const made = await takeOrMake(layers, recipe, install)
  if (isBase && (await made.keep()) && !(await layers.copy(recipe))) await install()
}

export const notKept = (reason: string): string =>
  `What pip install makes is not kept for later builds: ${reason}.`

const recipeOf = async (
  { checkout, directory, sources }: Workspace,
  { what, requirements, files }: Decided,
): Promise<Recipe> => {
  const here = join(sources.directory, sitePackages)
  const wheels = await readdir(join(directory, wheelhouse)).catch(() => [])
  return {
    name: 'pip install',
    decides: [String(revision), ...(await pipSettings()), sources.directory, ...what, ...requirements],
    root: checkout,
    files: [...files, ...wheels.map((name) => join(sources.directory, wheelhouse, name))],
    directories: async () => ((await hasPackages(directory)) ? [here] : []),
  }
}
