import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { constants, createReadStream, createWriteStream, fstatSync, openSync } from 'node:fs'
import { access, chmod, mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { OpenedRecord, RecordKey, ServedStore, Stored } from '../artifact-store.ts'
import type { Digest } from '../domain/names.ts'
import { errnoOf, messageOf, PersonError } from '../errors.ts'

export interface ServingOptions {
  /** Where the tracker can be reached from the hosts, without a path; read at every use. Needed by `urlFor`. */
  readonly publicUrl?: string | undefined
  /** What URLs are signed with; needed by `urlFor` and `open`. */
  readonly secret?: string | undefined
}

/** No copy takes this long: what is older was left by a process that died. */
const abandonedAfterMs = 24 * 3_600_000

/** Artifacts and records as files of one directory, the artifacts served by the tracker under URLs that expire. */
export class DirectoryStore implements ServedStore {
  readonly #path: string
  readonly #options: ServingOptions

  constructor(path: string, options: ServingOptions = {}) {
    this.#path = path
    this.#options = options
  }

  async put(digest: Digest, path: string, signal: AbortSignal): Promise<void> {
    if (!(await this.has(digest))) await this.#take(path, this.#fileOf(digest), nameOf(digest), signal)
  }

  async has(digest: Digest): Promise<boolean> {
    try {
      await access(this.#fileOf(digest), constants.R_OK)
      return true
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false
      throw this.#explain(error, nameOf(digest))
    }
  }

  remove(digest: Digest): Promise<void> {
    return this.#discard(this.#fileOf(digest), nameOf(digest))
  }

  urlFor(digest: Digest, ttlSeconds: number): Promise<string> {
    const expires = String(Math.ceil(Date.now() / 1000) + ttlSeconds)
    const url = new URL(`/artifacts/${digest}`, this.#required('publicUrl'))
    url.search = new URLSearchParams({ expires, signature: this.#sign(digest, expires) }).toString()
    return Promise.resolve(url.href)
  }

  open(digest: Digest, expires: string, signature: string): { stream: Readable; size: number } {
    if (!isSame(signature, this.#sign(digest, expires))) {
      throw new PersonError('forbidden', 'The URL of this artifact has no valid signature.', askAgain)
    }
    if (!/^\d{1,12}$/.test(expires) || Number(expires) * 1000 < Date.now()) {
      throw new PersonError('forbidden', 'The URL of this artifact has expired.', askAgain)
    }
    return this.#read(this.#fileOf(digest), nameOf(digest))
  }

  async putRecord(key: RecordKey, path: string, signal: AbortSignal): Promise<void> {
    await this.#take(path, join(this.#path, key), key, signal)
  }

  async openRecord(key: RecordKey, signal: AbortSignal): Promise<OpenedRecord> {
    signal.throwIfAborted()
    return Promise.resolve(this.#read(join(this.#path, key), key))
  }

  removeRecord(key: RecordKey): Promise<void> {
    return this.#discard(join(this.#path, key), key)
  }

  async *list(what: Parameters<ServedStore['list']>[0], signal: AbortSignal): AsyncGenerator<Stored> {
    const folder = what === 'artifacts' ? '' : what
    const directory = join(this.#path, folder)
    try {
      for await (const entry of await opendir(directory)) {
        signal.throwIfAborted()
        const key = folder === '' ? artifactName.exec(entry.name)?.[1] : join(folder, entry.name)
        const found = entry.isFile() ? await statOf(join(directory, entry.name)) : undefined
        if (key !== undefined && found) yield { key, size: found.size, modifiedAt: found.mtimeMs }
      }
    } catch (error) {
      signal.throwIfAborted()
      // Nothing was put there yet.
      if (errnoOf(error) !== 'ENOENT') throw this.#explain(error, what)
    }
  }

  async removeLeftovers(before: number, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted()
    try {
      return await removeAbandoned(join(this.#path, 'incoming'), before)
    } catch (error) {
      throw this.#explain(error, 'incoming')
    }
  }

  /** Copies a file to its place; it is there whole or not at all. */
  async #take(path: string, target: string, name: string, signal: AbortSignal): Promise<void> {
    const incoming = join(this.#path, 'incoming')
    const temporary = join(incoming, `${basename(target)}.${randomBytes(8).toString('hex')}`)
    try {
      for (const folder of [incoming, dirname(target)]) await makeLike(this.#path, folder)
      await removeAbandoned(incoming, Date.now() - abandonedAfterMs)
      await copyDurably(path, temporary, signal)
      await rename(temporary, target)
      await syncDirectory(dirname(target))
    } catch (error) {
      await rm(temporary, { force: true })
      signal.throwIfAborted()
      throw this.#explain(error, name)
    }
  }

  #read(path: string, name: string): OpenedRecord {
    try {
      const fd = openSync(path, 'r')
      return { stream: createReadStream(path, { fd, highWaterMark: 256 * 1024 }), size: fstatSync(fd).size }
    } catch (error) {
      throw this.#explain(error, name)
    }
  }

  async #discard(path: string, name: string): Promise<void> {
    try {
      await rm(path, { force: true })
    } catch (error) {
      throw this.#explain(error, name)
    }
  }

  #fileOf(digest: Digest): string {
    return join(this.#path, `${digest}.tar.gz`)
  }

  #sign(digest: Digest, expires: string): string {
    return createHmac('sha256', this.#required('secret')).update(`${digest}\n${expires}`).digest('hex')
  }

  #required(name: keyof ServingOptions): string {
    const value = this.#options[name]
    if (value === undefined) throw new Error(`this directory store was opened without ${name}`)
    return value
  }

  #explain(error: unknown, which: string): PersonError {
    const errno = errnoOf(error)
    if (errno === 'ENOENT') {
      return new PersonError('not-found', `${which} is not in the store at ${this.#path}.`, { cause: error })
    }
    if (errno === 'ENOSPC' || errno === 'EDQUOT') {
      return new PersonError('no-space', `${which} does not fit into the store at ${this.#path}.`, {
        hint: 'Free some space on that disk, then try again.',
        cause: error,
      })
    }
    const message = `The artifact store at ${this.#path} cannot be used: ${messageOf(error)}.`
    return new PersonError('unavailable', message, {
      hint: 'Check that the user this runs as may read and write there.',
      cause: error,
    })
  }
}

const nameOf = (digest: Digest): string => `Artifact ${digest.slice(0, 12)}`

const artifactName = /^([0-9a-f]{64})\.tar\.gz$/

/** Nothing, when it was removed meanwhile. */
const statOf = (path: string): Promise<{ size: number; mtimeMs: number } | undefined> =>
  stat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  })

const askAgain = { hint: 'Ask the tracker for a new one.' }

/** Makes a folder of the store. Whoever may write to the store may do so there: a tracker tidies up what packers have put. */
const makeLike = async (store: string, folder: string): Promise<void> => {
  const made = await mkdir(folder, { recursive: true })
  if (made !== undefined && folder !== store) await chmod(folder, (await stat(store)).mode & 0o777)
}

const copyDurably = (from: string, to: string, signal: AbortSignal): Promise<void> =>
  pipeline(
    createReadStream(from, { highWaterMark: 1024 * 1024 }),
    createWriteStream(to, { flags: 'wx', flush: true }),
    { signal },
  )

const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

const removeAbandoned = async (incoming: string, before: number): Promise<number> => {
  let count = 0
  for (const name of await namesIn(incoming)) {
    const path = join(incoming, name)
    const found = await statOf(path)
    if (!found || found.mtimeMs >= before) continue
    await rm(path, { force: true })
    count += 1
  }
  return count
}

/** None, when nothing was put there yet. */
const namesIn = (directory: string): Promise<string[]> =>
  readdir(directory).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })

const isSame = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
