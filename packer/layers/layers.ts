import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { layerFile, readLayerFile, type LayerFile } from './layer-file.ts'
import { makeRoom } from './room.ts'
import { snapshotOf, type Named } from './snapshot.ts'

const defaultMaxBytes = 10 * 2 ** 30

/**
 * What builds have made and later ones may need: a directory for each key. A layer is at its path whole, or not at all, and is
 * moved away from there by whoever uses it: so it is used by one alone, nobody waits, and no file is written or removed, which is
 * what takes its time. What a killed packer had in use is lost, and made anew.
 */
export class Layers {
  readonly #directory: string
  readonly #maxBytes: number

  private constructor(directory: string, maxBytes: number) {
    this.#directory = directory
    this.#maxBytes = maxBytes
  }

  /** Clears away what a killed packer left half-written: a key has no dot. */
  static async open(directory: string, maxBytes = defaultMaxBytes): Promise<Layers> {
    await mkdir(directory, { recursive: true })
    for (const name of await readdir(directory)) {
      if (name.includes('.')) await rm(join(directory, name), { recursive: true, force: true })
    }
    return new Layers(directory, maxBytes)
  }

  /** Takes a layer for a while: undefined when there is none, and `damaged` when it is not as it was when it was kept. */
  async take(key: string): Promise<TakenLayer | 'damaged' | undefined> {
    const path = this.#temporary(key)
    if (!(await renamed(join(this.#directory, key), path))) return undefined
    const file = await readLayerFile(path)
    const layer = file && new TakenLayer(path, join(this.#directory, key), file)
    if (await layer?.isWhole()) return layer
    await rm(path, { recursive: true, force: true })
    return 'damaged'
  }

  /** Moves directories out of their place into a layer; one that was there is replaced. */
  async keep(key: string, root: string, file: LayerFile): Promise<void> {
    const [path, incoming, replaced] = [
      join(this.#directory, key),
      this.#temporary(key),
      this.#temporary(key),
    ]
    await mkdir(incoming)
    await writeFile(join(incoming, layerFile), JSON.stringify(file))
    for (const [index, name] of file.directories.entries())
      await rename(join(root, name), join(incoming, String(index)))
    await renamed(path, replaced)
    await rename(incoming, path)
    await rm(replaced, { recursive: true, force: true })
    await makeRoom(this.#directory, this.#maxBytes)
  }

  #temporary(key: string): string {
    return join(this.#directory, `${key}.${randomBytes(4).toString('hex')}`)
  }
}

/** A layer that nobody else sees until it is put back. */
export class TakenLayer {
  readonly file: LayerFile
  readonly #path: string
  readonly #home: string

  constructor(path: string, home: string, file: LayerFile) {
    this.#path = path
    this.#home = home
    this.file = file
  }

  async isWhole(): Promise<boolean> {
    const found = await snapshotOf(this.#directories(this.#path)).catch(() => undefined)
    return found?.state === this.file.state
  }

  /** Where its directories are, and what each is called. */
  get directories(): Named[] {
    return this.#directories(this.#path)
  }

  /** Moves them to where they were made, and ends the layer. */
  async moveTo(root: string): Promise<void> {
    for (const { path, name } of this.directories) await rename(path, join(root, name))
    await rm(this.#path, { recursive: true })
  }

  /** One that was kept meanwhile stays. */
  async putBack(): Promise<void> {
    if (!(await renamed(this.#path, this.#home))) await rm(this.#path, { recursive: true, force: true })
  }

  #directories(path: string): Named[] {
    return this.file.directories.map((name, index) => ({ path: join(path, String(index)), name }))
  }
}

/** False when there is nothing. */
const renamed = (from: string, to: string): Promise<boolean> =>
  rename(from, to).then(
    () => true,
    () => false,
  )
