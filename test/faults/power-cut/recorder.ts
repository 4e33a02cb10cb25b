import { join } from 'node:path'
import { contentOf, fingerprint, hollow, inodeOf, readDisk, type Disk, type Moment } from './disk.ts'

/** Watches some directories: what is done in them, and what of it has been synced. */
export class Recorder {
  readonly moments: Moment[] = []
  readonly #tops: readonly string[]
  #durable: Disk
  #last = ''

  /** All that is there now counts as synced. */
  constructor(tops: readonly string[]) {
    this.#tops = tops
    this.#durable = readDisk(tops)
  }

  concerns(path: string): boolean {
    return this.#tops.some((top) => path === top || path.startsWith(`${top}/`))
  }

  note(label: string): void {
    const moment = { label, seen: readDisk(this.#tops), durable: this.#durable }
    const print = fingerprint(moment.seen) + fingerprint(moment.durable)
    if (print !== this.#last) this.moments.push(moment)
    this.#last = print
  }

  /** fsync of one file or directory: what it holds is durable, the name it has in its parent is not. */
  synced(path: string): void {
    const content = contentOf(path)
    const inodes = new Map(this.#durable.inodes).set(inodeOf(path), content)
    if (content.kind === 'directory') {
      for (const [name, inode] of content.entries)
        if (!inodes.has(inode)) inodes.set(inode, hollow(contentOf(join(path, name))))
    }
    this.#durable = { ...this.#durable, inodes }
  }

  /** syncfs: everything is. */
  allSynced(): void {
    this.#durable = readDisk(this.#tops)
  }
}

let recorder: Recorder | undefined

/** Records what `job` does below the given directories. */
export const record = async (
  tops: readonly string[],
  job: () => Promise<unknown>,
): Promise<readonly Moment[]> => {
  const recording = new Recorder(tops)
  recorder = recording
  try {
    recording.note('before everything')
    await job()
    recording.note('after everything')
  } finally {
    recorder = undefined
  }
  return recording.moments
}

/** The recorder, if one is at work and the path is its business. */
export const recorderOf = (path: unknown): Recorder | undefined =>
  recorder && typeof path === 'string' && recorder.concerns(path) ? recorder : undefined
