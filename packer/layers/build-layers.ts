import { join } from 'node:path'
import { messageOf } from '../../shared/errors.ts'
import { count } from '../../shared/wording.ts'
import { copyDirectory } from './copy-directory.ts'
import { layerKey } from './layer-key.ts'
import type { LayerFile } from './layer-file.ts'
import type { Layers, TakenLayer } from './layers.ts'
import type { Layering, Made, Recipe } from './recipe.ts'
import { snapshotOf, type Named } from './snapshot.ts'

/** The build that uses layers. */
export interface Occasion {
  /** Of what all commands of the build see, what may decide what they make. */
  readonly environment: readonly string[]
  /** Whether all is to be made anew, even what was kept. */
  readonly fresh: boolean
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

/** What a recipe made, where it made it. */
interface Placed {
  readonly recipe: Recipe
  readonly file: LayerFile
  readonly isNew: boolean
}

/** The layers as one build uses them. To be disposed when no process of it is left: what is still in its place is kept then. */
export class BuildLayers implements Layering, AsyncDisposable {
  readonly #layers: Layers
  readonly #occasion: Occasion
  readonly #inPlace = new Map<string, Placed>()

  constructor(layers: Layers, occasion: Occasion) {
    this.#layers = layers
    this.#occasion = occasion
  }

  async take(recipe: Recipe): Promise<Made | undefined> {
    const key = await this.#keyOf(recipe)
    const layer = this.#occasion.fresh ? undefined : await this.#find(key, recipe)
    if (layer === undefined) return undefined
    await layer.moveTo(recipe.root)
    this.#occasion.say(`Taken from ${told(key, layer.file)}, as nothing has changed for ${recipe.name}.`)
    return this.#place(key, { recipe, file: layer.file, isNew: false })
  }

  async copy(recipe: Recipe): Promise<boolean> {
    const layer = await this.#find(await this.#keyOf(recipe), recipe)
    if (layer === undefined) return false
    try {
      for (const { path, name } of layer.directories)
        await copyDirectory(path, join(recipe.root, name), this.#occasion.signal)
      return true
    } finally {
      await layer.putBack()
    }
  }

  async made(recipe: Recipe): Promise<Made> {
    const key = await this.#keyOf(recipe)
    const directories = await sortedDirectories(recipe)
    const snapshot = await snapshotOf(namedIn(recipe.root, directories))
    return this.#place(key, { recipe, file: { directories, ...snapshot }, isNew: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const key of [...this.#inPlace.keys()]) await this.#keep(key)
  }

  #keyOf(recipe: Recipe): Promise<string> {
    return layerKey(recipe, this.#occasion.environment)
  }

  async #find(key: string, { name }: Recipe): Promise<TakenLayer | undefined> {
    const layer = await this.#layers.take(key)
    if (layer !== 'damaged') return layer
    this.#occasion.say(`Layer ${short(key)} of ${name} is not as it was kept, so it is made anew.`)
    return undefined
  }

  #place(key: string, placed: Placed): Made {
    this.#inPlace.set(key, placed)
    return { key, keep: () => this.#keep(key) }
  }

  /** A build does not fail for want of a layer. */
  async #keep(key: string): Promise<boolean> {
    const placed = this.#inPlace.get(key)
    if (placed === undefined) return false
    this.#inPlace.delete(key)
    const { recipe, file, isNew } = placed
    try {
      if (await isUntouched(recipe, file)) {
        await this.#layers.keep(key, recipe.root, file)
        if (isNew) this.#occasion.say(`What ${recipe.name} made is kept as ${told(key, file)}.`)
        return true
      }
      this.#occasion.say(`The build has changed what ${recipe.name} made, so that is not kept.`)
    } catch (error) {
      this.#occasion.say(`What ${recipe.name} made cannot be kept: ${messageOf(error)}.`)
    }
    return false
  }
}

const isUntouched = async (recipe: Recipe, { state }: LayerFile): Promise<boolean> =>
  (await snapshotOf(namedIn(recipe.root, await sortedDirectories(recipe)))).state === state

const sortedDirectories = async ({ directories }: Recipe): Promise<string[]> =>
  [...(await directories())].sort()

const namedIn = (root: string, directories: readonly string[]): Named[] =>
  directories.map((name) => ({ path: join(root, name), name }))

const told = (key: string, { files }: LayerFile): string => `layer ${short(key)} (${count(files, 'file')})`

const short = (key: string): string => key.slice(0, 12)
