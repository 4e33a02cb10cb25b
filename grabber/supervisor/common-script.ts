import { readFile } from 'node:fs/promises'
import { writeDurably } from '../durable.ts'

/** A script that the processes of all services share, beside their records. */
export class CommonScript {
  readonly path: string
  readonly #text: string
  #providing: Promise<void> | undefined

  constructor(path: string, text: string) {
    this.path = path
    this.#text = text
  }

  /** Sees to it that it is there, in this version. Many services may be started at once, and need it to be whole. */
  async provide(): Promise<void> {
    this.#providing ??= this.#write().finally(() => (this.#providing = undefined))
    await this.#providing
  }

  /** A shell reads on in the file that it was started from: that must not change under it. */
  async #write(): Promise<void> {
    const present = await readFile(this.path, 'utf8').catch(() => '')
    if (present !== this.#text) await writeDurably(this.path, this.#text)
  }
}
