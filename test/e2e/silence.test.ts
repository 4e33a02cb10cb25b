import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listHosts } from '../../shared/api/hosts.ts'
import { bundles, run } from '../dev-env/bundles.ts'
import { Constellation } from '../dev-env/constellation.ts'
import { eventually } from '../dev-env/poll.ts'

let fleet: Constellation

beforeAll(async () => {
  fleet = await Constellation.start({
    hosts: [
      { name: 'web-1.prod', cluster: 'prod' },
      { name: 'web-2.prod', cluster: 'prod' },
      { name: 'new-1.prod', cluster: 'prod' },
    ],
    reportInterval: '1s',
    silentAfter: '3s',
  })
})
afterAll(() => fleet[Symbol.asyncDispose]())

const hostStates = async () => {
  const { hosts } = await fleet.tracker.call(listHosts, { query: { cluster: [], label: [] } })
  return Object.fromEntries(hosts.map(({ name, state }) => [name, state]))
}

const check = async () => {
  const file = join(fleet.directory, 'token')
  await writeFile(file, fleet.tracker.target.token ?? '', { mode: 0o600 })
  return run(bundles.checkApptracker, ['--url', fleet.tracker.target.url, '--token-file', file])
}

test('a host that no longer reports is silent, alerts, and is taken back', async () => {
  const service = await fleet.addService('web')
  await service.commit('v1')
  expect(await fleet.tracker.cli('deploy', 'web@v1', '-c', 'prod', '-H', '^web-')).toMatchObject({ code: 0 })
  expect(await check()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^APPTRACKER OK/) as string })

  await fleet.grabber('web-2.prod').kill()
  await eventually('the host to be silent', async () => (await hostStates())['web-2.prod'] === 'silent')
  expect(await hostStates()).toEqual({
    'web-1.prod': 'reporting',
    'web-2.prod': 'silent',
    'new-1.prod': 'reporting',
  })
  const alert = await check()
  expect(alert).toMatchObject({ code: 2 })
  expect(alert.stdout).toMatch(/^APPTRACKER CRITICAL.*web-2\.prod/s)
  expect((await fleet.tracker.cli('versions')).stdout).toMatch(/1 silent/)
  const whileSilent = new Date().toISOString()

  await fleet.grabber('web-2.prod').startAgain()
  await eventually('the host to report', async () => (await hostStates())['web-2.prod'] === 'reporting')
  expect(await check()).toMatchObject({ code: 0 })

  const then = (await fleet.tracker.cli('versions', '--at', whileSilent)).stdout
  expect(then).toMatch(/^web-1\.prod +v1$/m)
  expect(then).toMatch(/^web-2\.prod \? \d+s +v1 \?$/m)
  expect((await fleet.tracker.cli('versions', '--at', '1h')).stdout).toMatch(
    /^web-1\.prod \(not enrolled yet\)$/m,
  )
})

test('a host that was away takes what it is late for, and what the rules of a service say', async () => {
  const { tracker } = fleet
  const away = fleet.grabber('new-1.prod')
  const [web, worker] = [await fleet.addService('site'), await fleet.addService('worker')]
  await Promise.all([web.commit('v1'), worker.commit('v1')])
  await away.kill()
  await eventually('the host to be silent', async () => (await hostStates())['new-1.prod'] === 'silent')

  expect(await tracker.cli('services', 'set', 'worker', '--on', 'prod:^new-', '--on', 'prod')).toMatchObject({
    code: 0,
    stdout: 'A host that joins gets worker by itself: prod:^new-, prod.',
  })
  expect(await tracker.cli('deploy', 'worker@v1', '-c', 'prod', '-H', '^web-')).toMatchObject({ code: 0 })
  const late = await tracker.cli('deploy', 'site@v1', '-c', 'prod')
  expect(late).toMatchObject({ code: 5 })
  expect(late.stdout).toMatch(/2 committed, 1 late/)
  expect((await tracker.cli('versions')).stdout).toMatch(/new-1\.prod .* none \? → v1/)

  await away.startAgain()
  await eventually('the host to have both', async () =>
    /new-1\.prod +v1 +- +v1$/m.test((await tracker.cli('versions')).stdout),
  )
  expect((await tracker.cli('status', '--who', 'standing rule')).stdout).toMatch(/new-1\.prod joined/)
})
