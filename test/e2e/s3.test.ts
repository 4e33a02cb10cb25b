import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getBuild, startBuild } from '../../shared/api/builds.ts'
import { registerService } from '../../shared/api/services.ts'
import { Constellation } from '../dev-env/constellation.ts'
import { HeldLink } from '../dev-env/held-link.ts'
import { Owned } from '../dev-env/owned.ts'
import { startPacker } from '../dev-env/packer.ts'
import { eventually } from '../dev-env/poll.ts'
import { Radosgw } from '../dev-env/radosgw.ts'
import { Repo } from '../dev-env/repo.ts'
import { TemporaryDirectory } from '../dev-env/temporary-directory.ts'
import { Tracker } from '../dev-env/tracker.ts'

let radosgw: Radosgw
beforeAll(async () => {
  radosgw = await Radosgw.start()
})
afterAll(() => radosgw[Symbol.asyncDispose]())

/** A store belongs to one tracker: also a second try needs one of its own. */
const prefixOf = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`

test('artifacts, logs and records go through S3, and no host holds credentials for it', async () => {
  const prefix = prefixOf('apptracker')
  await using fleet = await Constellation.start({
    hosts: [
      { name: 'web-1.prod', cluster: 'prod' },
      { name: 'web-2.prod', cluster: 'prod' },
    ],
    store: radosgw.location(prefix),
    env: radosgw.environment, // the tracker's and the packer's; a grabber's has none
  })
  const service = await fleet.addService('web')
  await service.commit('v1')
  await service.commit('v2')
  for (const version of ['v1', 'v2']) {
    expect(await fleet.tracker.cli('deploy', `web@${version}`, '-c', 'prod')).toMatchObject({ code: 0 })
    expect(await service.greetings()).toEqual({ 'web-1.prod': version, 'web-2.prod': version })
  }
  const client = radosgw.client()
  const { Contents } = await client.send(
    new ListObjectsV2Command({ Bucket: radosgw.bucket, Prefix: `${prefix}/` }),
  )
  expect(Contents?.map(({ Key = '' }) => Key.slice(prefix.length))).toEqual([
    expect.stringMatching(/^\/[0-9a-f]{64}\.tar\.gz$/),
    expect.stringMatching(/^\/[0-9a-f]{64}\.tar\.gz$/),
    ...['/logs/1-1.log.gz', '/logs/2-1.log.gz'],
    '/owner/tracker.json',
    ...['/records/1-1.json.gz', '/records/2-1.json.gz'],
  ])
  const found = await fleet.tracker.cli('logs', '--build', '2', '--search', 'STORED as')
  expect(found.stdout).toMatch(/^ +\d+ {2}\S+ {2}Stored as [0-9a-f]{64}\.$/)
  const { stdout } = await fleet.tracker.cli('builds', 'show', '2')
  await using directory = await TemporaryDirectory.create()
  const sharing = { directory: directory.path, store: radosgw.location(prefix), env: radosgw.environment }
  await expect(Tracker.start(sharing)).rejects.toThrow(
    /^error: The artifact store belongs to another tracker/m,
  )
  expect(stdout).toMatch(/Steps:\n {2}✓ fetch .*\n {2}✓ export .*\n {2}✓ pack [^]*Since build 1 \(v1\):\n/)
})

test('when a packer is killed in the middle of an upload, another stores it whole, and nothing else is left', async () => {
  const owned = new Owned()
  await using _all = owned
  const directory = owned.add(await TemporaryDirectory.create()).path
  const link = owned.add(await HeldLink.open(Number(new URL(radosgw.endpoint).port)))
  const endpoint = `http://127.0.0.1:${link.port}`
  const prefix = prefixOf('killed')
  const store = `s3://${radosgw.bucket}/${prefix}?endpoint=${encodeURIComponent(endpoint)}`
  const env = radosgw.environment
  const tracker = owned.add(await Tracker.start({ directory, store, env }))
  const names = ['packer-1', 'packer-2']
  const packers = await Promise.all(names.map((name) => startPacker({ tracker, directory, name, env })))
  for (const packer of packers) owned.add(packer)

  const repo = await Repo.create(join(directory, 'repo'))
  await writeFile(join(repo.path, 'service.yaml'), staticService)
  await writeFile(join(repo.path, 'large'), randomBytes(40 * 1024 * 1024))
  await repo.commitAll('v1')
  await tracker.call(registerService, { body: { name: 'large', repo: repo.path } })

  const s3 = radosgw.client()
  const here = { Bucket: radosgw.bucket, Prefix: `${prefix}/` }
  const uploads = async (): Promise<number> =>
    ((await s3.send(new ListMultipartUploadsCommand(here))).Uploads ?? []).length
  link.isHeld = true
  const { build } = await tracker.call(startBuild, { body: { service: 'large', ref: 'v1' } })
  await eventually('the upload to begin', async () => (await uploads()) === 1, 30_000)
  const { packer } = await tracker.call(getBuild, { params: { id: build.id } })
  await packers[names.indexOf(packer ?? '')]!.stop('SIGKILL')
  link.isHeld = false

  const buildNow = () => tracker.call(getBuild, { params: { id: build.id } })
  await eventually('the other to build it', async () => (await buildNow()).state === 'built', 45_000)
  const { digest, size, attempts } = await buildNow()
  expect(attempts).toBe(2)
  const { Contents } = await s3.send(new ListObjectsV2Command({ ...here, Delimiter: '/' }))
  expect(Contents).toMatchObject([{ Key: `${prefix}/${digest}.tar.gz`, Size: size }])
  const stored = await s3.send(new GetObjectCommand({ Bucket: radosgw.bucket, Key: Contents![0]!.Key }))
  const bytes = await stored.Body!.transformToByteArray()
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest)
  expect(await uploads()).toBe(0)
})

const staticService = `service: large
build: { type: static }
run: { command: sleep 1000 }
`
