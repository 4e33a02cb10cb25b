import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { isServed, openStore } from '../../shared/adapters/open-store.ts'
import type { ArtifactStore, RecordKey, ServedStore, Stored } from '../../shared/artifact-store.ts'
import { httpStatusOf, PersonError } from '../../shared/errors.ts'
import { Owned } from '../dev-env/owned.ts'
import { eventually } from '../dev-env/poll.ts'
import { Radosgw } from '../dev-env/radosgw.ts'
import { TemporaryDirectory } from '../dev-env/temporary-directory.ts'

const owned = new Owned()
const never = new AbortController().signal
const megabyte = 1024 * 1024
let files: string
let radosgw: Radosgw

beforeAll(async () => {
  files = owned.add(await TemporaryDirectory.create()).path
  radosgw = owned.add(await Radosgw.start())
  for (const [name, value] of Object.entries(radosgw.environment)) vi.stubEnv(name, value)
})
afterAll(async () => {
  await owned[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
})

const artifact = async (bytes: number): Promise<{ digest: string; path: string; content: Buffer }> => {
  const content = randomBytes(bytes)
  const digest = createHash('sha256').update(content).digest('hex')
  const path = join(files, digest)
  await writeFile(path, content)
  return { digest, path, content }
}

/** What the tracker does with the URLs of a directory store, and no more. */
const serve = async (open: ServedStore['open']): Promise<{ server: Server; url: string }> => {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://tracker')
    const query = (name: string): string => url.searchParams.get(name) ?? ''
    try {
      const found = open(url.pathname.replace('/artifacts/', ''), query('expires'), query('signature'))
      response.setHeader('content-length', found.size)
      found.stream.pipe(response)
    } catch (error) {
      response.statusCode = error instanceof PersonError ? httpStatusOf[error.code] : 500
      response.end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const openDirectory = async (): Promise<{ store: ArtifactStore; path: string }> => {
  const { path } = owned.add(await TemporaryDirectory.create())
  let opened: ServedStore | undefined
  const { server, url } = await serve((...request) => opened!.open(...request))
  owned.add({
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  })
  const store = await openStore(`directory:${path}`, { publicUrl: url, secret: 'a secret' })
  if (isServed(store)) opened = store
  return { store, path }
}

const openS3 = async (prefix = ''): Promise<{ store: ArtifactStore }> => ({
  store: await openStore(radosgw.location(prefix)),
})

describe.each([
  ['directory', openDirectory],
  ['S3', openS3],
])('an artifact store (%s)', (_, open) => {
  // 40 MB is three parts in S3.
  test.each([1, 5 * megabyte, 40 * megabyte + 1])('gives back the %d bytes that were put', async (bytes) => {
    const { store } = await open()
    const { digest, path, content } = await artifact(bytes)
    expect(await store.has(digest)).toBe(false)
    await store.put(digest, path, never)
    expect(await store.has(digest)).toBe(true)
    const response = await fetch(await store.urlFor(digest, 60))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe(String(bytes))
    expect(content.equals(Buffer.from(await response.arrayBuffer()))).toBe(true)
  })

  test('keeps what it has when the same digest is put again', async () => {
    const { store } = await open()
    const { digest, path, content } = await artifact(1000)
    await Promise.all([store.put(digest, path, never), store.put(digest, path, never)])
    await store.put(digest, path, never)
    const response = await fetch(await store.urlFor(digest, 60))
    expect(content.equals(Buffer.from(await response.arrayBuffer()))).toBe(true)
  })

  test('removes one artifact, and minds no second time', async () => {
    const { store } = await open()
    const [gone, kept] = [await artifact(1000), await artifact(1000)]
    for (const { digest, path } of [gone, kept]) await store.put(digest, path, never)
    await store.remove(gone.digest)
    await store.remove(gone.digest)
    expect([await store.has(gone.digest), await store.has(kept.digest)]).toEqual([false, true])
  })

  test('gives URLs that stop working', async () => {
    const { store } = await open()
    const { digest, path } = await artifact(1000)
    await store.put(digest, path, never)
    const url = await store.urlFor(digest, 1)
    expect((await fetch(url)).status).toBe(200)
    await eventually('the URL to expire', async () => (await fetch(url)).status === 403)
  })

  test('gives URLs that work for one artifact alone', async () => {
    const { store } = await open()
    const [one, other] = [await artifact(1000), await artifact(1000)]
    await store.put(one.digest, one.path, never)
    await store.put(other.digest, other.path, never)
    const url = await store.urlFor(one.digest, 60)
    expect((await fetch(url.replace(one.digest, other.digest))).status).toBe(403)
  })

  test('answers 404 for an artifact that it does not have', async () => {
    const { store } = await open()
    expect((await fetch(await store.urlFor('0'.repeat(64), 60))).status).toBe(404)
  })

  test('has nothing of a put that was aborted', async () => {
    const { store } = await open()
    const { digest, path } = await artifact(80 * megabyte)
    const abort = new AbortController()
    const put = store.put(digest, path, abort.signal)
    setImmediate(() => {
      abort.abort(new Error('no longer wanted'))
    })
    await expect(put).rejects.toThrow('no longer wanted')
    expect(await store.has(digest)).toBe(false)
  })
})

const all = async (listed: AsyncIterable<Stored>): Promise<string[]> => {
  const keys: string[] = []
  for await (const { key, size, modifiedAt } of listed) {
    expect(Date.now() - modifiedAt).toBeLessThan(600_000)
    keys.push(`${key} ${size}`)
  }
  return keys.sort()
}

describe.each([
  ['directory', openDirectory],
  ['S3', () => openS3('with/records')],
])('records beside artifacts (%s)', (_, open) => {
  test('are read back, replaced, listed apart from artifacts, and removed', async () => {
    const { store } = await open()
    const read = async (key: RecordKey): Promise<Buffer> => {
      const { stream, size } = await store.openRecord(key, never)
      const content = await buffer(stream)
      expect(size).toBe(content.length)
      return content
    }
    const [kept, log, better] = [await artifact(1000), await artifact(2000), await artifact(3000)]
    expect(await all(store.list('logs', never))).toEqual([])
    await store.put(kept.digest, kept.path, never)
    await store.putRecord('logs/7-1.log.gz', log.path, never)
    await store.putRecord('records/7-1.json.gz', log.path, never)
    expect(log.content.equals(await read('logs/7-1.log.gz'))).toBe(true)
    await store.putRecord('logs/7-1.log.gz', better.path, never)
    expect(better.content.equals(await read('logs/7-1.log.gz'))).toBe(true)
    expect(await all(store.list('artifacts', never))).toEqual([`${kept.digest} 1000`])
    expect(await all(store.list('logs', never))).toEqual(['logs/7-1.log.gz 3000'])
    expect(await all(store.list('records', never))).toEqual(['records/7-1.json.gz 2000'])
    for (let times = 0; times < 2; times++) await store.removeRecord('logs/7-1.log.gz')
    await expect(store.openRecord('logs/7-1.log.gz', never)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('logs/7-1.log.gz') as string,
    })
    expect(await store.has(kept.digest)).toBe(true)
  })

  test('have nothing of a put that was aborted', async () => {
    const { store } = await open()
    const { path } = await artifact(1000)
    await expect(store.putRecord('logs/8-1.log.gz', path, AbortSignal.abort())).rejects.toThrow()
    await expect(store.openRecord('logs/8-1.log.gz', never)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a directory store', () => {
  test('leaves no temporary file of an aborted put, nor one of a process that died long ago', async () => {
    const { store, path } = await openDirectory()
    const incoming = join(path, 'incoming')
    await mkdir(incoming)
    await writeFile(join(incoming, 'left-behind'), 'half')
    await utimes(join(incoming, 'left-behind'), 0, 0)
    const { digest, path: file } = await artifact(1000)
    await expect(store.put(digest, file, AbortSignal.abort())).rejects.toThrow()
    expect(await readdir(incoming)).toEqual([])
    expect(await readdir(path)).toEqual(['incoming'])
  })

  test('lets those tidy up in its folders who may write to it', async () => {
    const { store, path } = await openDirectory()
    await chmod(path, 0o770)
    const { path: file } = await artifact(1000)
    await store.putRecord('logs/7-1.log.gz', file, never)
    for (const folder of ['logs', 'incoming'])
      expect((await stat(join(path, folder))).mode & 0o777).toBe(0o770)
  })

  test('says where it cannot write', async () => {
    const { digest, path } = await artifact(1)
    const store = await openStore(`directory:${path}`)
    await expect(store.put(digest, path, never)).rejects.toThrow(
      /The artifact store at .* cannot be used: ENOTDIR/,
    )
  })

  test('stores a plain file that is named by its digest', async () => {
    const { store, path } = await openDirectory()
    const { digest, path: file, content } = await artifact(1000)
    await store.put(digest, file, never)
    expect(content.equals(await readFile(join(path, `${digest}.tar.gz`)))).toBe(true)
  })
})

/** How many uploads of what begins so have begun and not ended. */
const uploadsOf = async (prefix: string): Promise<number> => {
  const request = new ListMultipartUploadsCommand({ Bucket: radosgw.bucket, Prefix: prefix })
  return ((await radosgw.client().send(request)).Uploads ?? []).length
}

/** Stores a file from a program of its own, which is killed once its upload has begun. */
const putAndDie = async (location: string, digest: string, path: string, prefix: string): Promise<void> => {
  const outfile = join(files, 'open-store.cjs')
  const entryPoints = ['shared/adapters/open-store.ts']
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs' })
  const put = `require(process.argv[1]).openStore(process.argv[2]).then((store) =>
    store.put(process.argv[3], process.argv[4], new AbortController().signal))`
  const args = ['-e', put, outfile, location, digest, path]
  const program = spawn(process.execPath, args, { stdio: 'inherit' })
  const ended = once(program, 'exit')
  await eventually('the upload to begin', async () => (await uploadsOf(prefix)) === 1)
  program.kill('SIGKILL')
  expect(await ended).toEqual([null, 'SIGKILL'])
}

describe('an S3 store', () => {
  test('keeps its artifacts under the prefix', async () => {
    const { store } = await openS3('some/prefix')
    const { digest, path } = await artifact(1000)
    await store.put(digest, path, never)
    const client = radosgw.client()
    const { Contents } = await client.send(
      new ListObjectsV2Command({ Bucket: radosgw.bucket, Prefix: 'some/prefix/' }),
    )
    expect(Contents?.map(({ Key }) => Key)).toEqual([`some/prefix/${digest}.tar.gz`])
  })

  test('leaves no parts of an aborted put behind', async () => {
    const { store } = await openS3()
    const { digest, path } = await artifact(160 * megabyte)
    const uploads = (): Promise<number> => uploadsOf(`${digest}.tar.gz`)
    const abort = new AbortController()
    const put = store.put(digest, path, abort.signal)
    const refused = expect(put).rejects.toThrow('aborted')
    await eventually('the upload to begin', async () => (await uploads()) === 1)
    abort.abort()
    await refused
    expect(await uploads()).toBe(0)
  })

  test('ends what a program that was killed had begun to upload, when another puts the same', async () => {
    const { store } = await openS3('killed')
    const { digest, path, content } = await artifact(96 * megabyte)
    await putAndDie(radosgw.location('killed'), digest, path, 'killed/')
    expect([await uploadsOf('killed/'), await store.has(digest)]).toEqual([1, false])
    await store.put(digest, path, never)
    expect(await uploadsOf('killed/')).toBe(0)
    expect(await all(store.list('artifacts', never))).toEqual([`${digest} ${content.length}`])
    const response = await fetch(await store.urlFor(digest, 60))
    expect(content.equals(Buffer.from(await response.arrayBuffer()))).toBe(true)
  })

  test('ends uploads that began long ago, page by page, under its prefix alone', async () => {
    const { store } = await openS3('old')
    const begin = (Key: string) =>
      radosgw.client().send(new CreateMultipartUploadCommand({ Bucket: radosgw.bucket, Key }))
    await begin('older/x')
    await Promise.all(Array.from({ length: 101 }, (_, index) => begin(`old/${index}`)))
    expect(await store.removeLeftovers(Date.now() - 3_600_000, never)).toBe(0)
    expect(await store.removeLeftovers(Date.now() + 3_600_000, never)).toBe(101)
    expect([await uploadsOf('old/'), await uploadsOf('older/')]).toEqual([0, 1])
  })

  test('lists more than a page of them', async () => {
    const { store } = await openS3('pages')
    const client = radosgw.client()
    const put = (number: number) =>
      client.send(
        new PutObjectCommand({
          Bucket: radosgw.bucket,
          Key: `pages/logs/${number}-1.log.gz`,
          Body: 'x',
        }),
      )
    for (let from = 0; from < 1010; from += 101)
      await Promise.all(Array.from({ length: 101 }, (_, index) => put(from + index)))
    expect(new Set(await all(store.list('logs', never))).size).toBe(1010)
  })

  test('names the bucket that does not exist', async () => {
    const store = await openStore(radosgw.location().replace('artifacts', 'nowhere'))
    const { digest, path } = await artifact(1)
    await expect(store.put(digest, path, never)).rejects.toThrow(
      `s3://nowhere/${digest}.tar.gz cannot be searched for unfinished uploads: there is no bucket nowhere.`,
    )
  })

  test('says that its credentials are refused', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong')
    const store = await openStore(radosgw.location())
    const { digest, path } = await artifact(1)
    await expect(store.put(digest, path, never)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/access is refused/) as string,
    })
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', radosgw.environment.AWS_SECRET_ACCESS_KEY)
  })

  test('says that the server does not answer', async () => {
    const store = await openStore('s3://artifacts?endpoint=http%3A%2F%2F127.0.0.1%3A9')
    await expect(store.has('0'.repeat(64))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/http:\/\/127.0.0.1:9 does not answer \(.*ECONNREFUSED/) as string,
    })
  })
})
