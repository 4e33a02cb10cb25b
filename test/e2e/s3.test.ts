import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { Constellation } from '../dev-env/constellation.ts'
import { Radosgw } from '../dev-env/radosgw.ts'

test('artifacts, logs and records go through S3, and no host holds credentials for it', async () => {
  await using radosgw = await Radosgw.start()
  await using fleet = await Constellation.start({
    hosts: [
      { name: 'web-1.prod', cluster: 'prod' },
      { name: 'web-2.prod', cluster: 'prod' },
    ],
    store: radosgw.location('apptracker'),
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
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: radosgw.bucket }))
  expect(Contents?.map(({ Key }) => Key)).toEqual([
    expect.stringMatching(/^apptracker\/[0-9a-f]{64}\.tar\.gz$/),
    expect.stringMatching(/^apptracker\/[0-9a-f]{64}\.tar\.gz$/),
    ...['apptracker/logs/1-1.log.gz', 'apptracker/logs/2-1.log.gz'],
    ...['apptracker/records/1-1.json.gz', 'apptracker/records/2-1.json.gz'],
  ])
  const found = await fleet.tracker.cli('logs', '--build', '2', '--search', 'STORED as')
  expect(found.stdout).toMatch(/^ +\d+ {2}\S+ {2}Stored as [0-9a-f]{64}\.$/)
  const { stdout } = await fleet.tracker.cli('builds', 'show', '2')
  expect(stdout).toMatch(/Steps:\n {2}✓ fetch .*\n {2}✓ export .*\n {2}✓ npm ci [^]*Since build 1 \(v1\):\n/)
})
