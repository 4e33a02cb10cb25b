import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Made, Recipe } from '../../layers/recipe.ts'
import type { Workspace } from '../builder.ts'
import { askTool } from '../tool-version.ts'
import { alone } from './alone.ts'
import { modulesBelow } from './deciding-files.ts'
import { gatherModules } from './gather-modules.ts'
import type { PackageManager } from './package-manager.ts'
import { packageVersion } from './package-version.ts'

/** How a service's dependencies come into its checkout. */
export interface Installation {
  readonly workspace: Workspace
  readonly manager: PackageManager
  readonly env: Readonly<Record<string, string>>
}

/** A service's dependencies: all, as a build script needs them, and then only what the service needs to run. */
export interface Dependencies {
  all(): Promise<void>
  production(): Promise<void>
}

/** Installed by this build for itself. */
export class NewDependencies implements Dependencies {
  readonly #installation: Installation
  #isInstalled = false

  constructor(installation: Installation) {
    this.#installation = installation
  }

  async all(): Promise<void> {
    await install(this.#installation)
    this.#isInstalled = true
  }

  async production(): Promise<void> {
    if (!this.#isInstalled) await this.all()
    if (canPrune(this.#installation)) await prune(this.#installation)
    else await putInPlace(this.#installation, await gather(this.#installation))
  }
}

/** Out of layers of earlier builds, where these would have installed the same; else installed, and kept for later ones. */
export class KeptDependencies implements Dependencies {
  readonly #installation: Installation
  readonly #files: readonly string[]
  readonly #tools: readonly string[]
  #all: Made | undefined

  /** `files` of the checkout are all that an install sees of it. */
  static async of(installation: Installation, files: readonly string[]): Promise<KeptDependencies> {
    const env = { ...installation.env, ...timeOfLayers }
    const node = await askTool('node', ['--version'], 'Install Node.js on the packer’s machine.')
    const tool = await packageVersion(installation.manager)
    return new KeptDependencies({ ...installation, env }, files, [node, tool])
  }

  private constructor(installation: Installation, files: readonly string[], tools: readonly string[]) {
    this.#installation = installation
    this.#files = files
    this.#tools = tools
  }

  async all(): Promise<void> {
    this.#all = await this.#takeOrMake(this.#recipeOfAll, () => this.#install())
  }

  /** What a build script has changed in node_modules stays as it is: no layer can stand for that. */
  async production(): Promise<void> {
    const { layers } = this.#installation.workspace
    if (!canPrune(this.#installation)) return this.#gather()
    if (this.#all === undefined) {
      await this.#takeOrMake(this.#recipe('npm prune'), async () => {
        await this.#install()
        await prune(this.#installation)
      })
    } else if (await this.#all.keep()) {
      await this.#takeOrMake(this.#recipe('npm prune', this.#all.key), async () => {
        if (!(await layers.copy(this.#recipeOfAll))) await this.#install()
        await prune(this.#installation)
      })
    } else {
      await prune(this.#installation)
    }
  }

  async #gather(): Promise<void> {
    if (this.#all === undefined) await this.all()
    const gathered = await gather(this.#installation)
    await this.#all?.keep()
    await putInPlace(this.#installation, gathered)
  }

  async #takeOrMake(recipe: Recipe, make: () => Promise<void>): Promise<Made> {
    const { layers } = this.#installation.workspace
    const taken = await layers.take(recipe)
    if (taken !== undefined) return taken
    await make()
    return layers.made(recipe)
  }

  #install(): Promise<void> {
    const { checkout } = this.#installation.workspace
    return alone(checkout, this.#files, this.#directories, () => install(this.#installation))
  }

  get #recipeOfAll(): Recipe {
    return this.#recipe(nameOf(this.#installation.manager))
  }

  /** `from` is the layer that it is made of, if it is made of one. */
  #recipe(name: string, from = ''): Recipe {
    const { workspace, manager, env } = this.#installation
    const how = [manager.root, nameOf(manager), JSON.stringify(env)]
    return {
      name,
      decides: [...this.#tools, ...how, from],
      root: workspace.checkout,
      files: this.#files,
      directories: this.#directories,
    }
  }

  readonly #directories = (): Promise<string[]> => {
    const { workspace, manager } = this.#installation
    return modulesBelow(workspace.checkout, manager.root)
  }
}

/** 2000-01-01: what is kept for other commits cannot have the time of one. */
const timeOfLayers = { SOURCE_DATE_EPOCH: '946684800' }

export const nameOf = ({ tool, install }: PackageManager): string => [tool, ...install].join(' ')

const install = ({ workspace, manager, env }: Installation): Promise<void> =>
  workspace.run(manager.tool, manager.install, { env, cwd: join(workspace.checkout, manager.root) })

/** npm can do it itself where it put everything into the service's own directory. */
const canPrune = ({ workspace, manager }: Installation): boolean =>
  manager.tool === 'npm' && manager.root === workspace.sources.directory

const prune = ({ workspace }: Installation): Promise<void> =>
  workspace.run('npm', ['prune', '--omit=dev', '--no-save'])

const gather = ({ workspace }: Installation): Promise<string> => {
  const { checkout, directory, step } = workspace
  return step('gather node_modules', () => gatherModules(checkout, directory))
}

const putInPlace = async ({ workspace }: Installation, gathered: string): Promise<void> => {
  const modules = join(workspace.directory, 'node_modules')
  await rm(modules, { recursive: true, force: true })
  await rename(gathered, modules)
}
