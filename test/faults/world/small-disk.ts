import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { errnoOf } from '../../../shared/errors.ts'

/** A filesystem of its own, small enough to be filled. */
export class SmallDisk implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** Undefined for anybody but root, who alone may mount one. */
  static async mount(path: string): Promise<SmallDisk | undefined> {
    if (process.getuid?.() !== 0) return undefined
    await mkdir(path, { recursive: true })
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=755', 'tmpfs', path])
    return new SmallDisk(path)
  }

  /** Leaves `bytes` free, to the next block. */
  async fill(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.path)
    try {
      await writeFile(this.#ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes)))
    } catch (error) {
      // Somebody else wrote meanwhile: what fits is there.
      if (errnoOf(error) !== 'ENOSPC') throw error
    }
  }

  async free(): Promise<void> {
    await rm(this.#ballast, { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await execa('umount', ['--lazy', this.path])
  }

  get #ballast(): string {
    return join(this.path, 'ballast')
  }
}
