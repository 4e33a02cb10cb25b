import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { Check } from '../../shared/domain/check.ts'
import { identityFile, releasesDir } from '../../shared/host/layout.ts'
import { clockShiftedBy, natsPidOf, readOnly } from '../dev-env/breakage.ts'
import { bundles, environment, run } from '../dev-env/bundles.ts'
import { Constellation } from '../dev-env/constellation.ts'
import type { Grabber } from '../dev-env/grabber.ts'
import { SmallDisk } from '../faults/world/small-disk.ts'

let fleet: Constellation
let host: Grabber

beforeAll(async () => {
  fleet = await Constellation.start({ hosts: [{ name: 'web-1.prod', cluster: 'prod' }] })
  host = fleet.grabber('web-1.prod')
  const web = await fleet.addService('web')
  await web.commit('v1')
  expect(await fleet.tracker.cli('deploy', 'web@v1', '-c', 'prod')).toMatchObject({ code: 0 })
})
afterAll(() => fleet[Symbol.asyncDispose]())

const Answer = z.object({ checks: z.array(Check) })

/** What is an error on the host, with the exit code. */
const doctor = async (
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | undefined; errors: string[] }> => {
  const args = ['doctor', '--json', '--state', host.paths.state]
  const { code, stdout } = await run(bundles.grabber, args, { ...environment, ...env })
  const { checks } = Answer.parse(JSON.parse(stdout))
  return {
    code,
    errors: checks
      .filter(({ status }) => status === 'error')
      .map(({ part, name, message, hint = '' }) => `${part}/${name}: ${message} ${hint}`),
  }
}

const well = { code: 0, errors: [] }
const broken = (error: RegExp) => ({ code: 1, errors: [expect.stringMatching(error) as string] })

test('a host where all is well', async () => {
  const { code, stdout } = await run(bundles.grabber, ['doctor', '--state', host.paths.state])
  expect({ code, stdout }).toMatchObject({ code: 0 })
  expect(stdout).toMatch(
    /^here\n {2}✓ identity {5}This host is web-1\.prod \(h[0-9a-f]{12}\) in cluster prod\.$/m,
  )
  expect(stdout).toMatch(/^tracker\n {2}✓ answer {7}The tracker answers, and has 1 order for this host\.$/m)
  expect(stdout).toMatch(/^ {2}✓ clock {8}It agrees with the tracker’s\.$/m)
})

test('a host that is not enrolled', async () => {
  const elsewhere = join(fleet.directory, 'nowhere')
  const { code, stdout } = await run(bundles.grabber, ['doctor', '--state', elsewhere])
  expect(code).toBe(1)
  expect(stdout).toMatch(/✗ identity {2}This host is not enrolled/)
})

test('a key that others can read', async () => {
  await chmod(identityFile(host.paths.state), 0o644)
  expect(await doctor()).toEqual(broken(/^here\/identity: .* can be read by others\. Run: chmod 600/))
  await chmod(identityFile(host.paths.state), 0o600)
  expect(await doctor()).toEqual(well)
})

test('a root that cannot be written', async () => {
  await using _lock = await readOnly(host.paths.root)
  expect(await doctor()).toEqual(broken(/^here\/root: .* cannot be written/))
})

test('releases on a filesystem of their own', async () => {
  await using disk = await SmallDisk.mount(releasesDir(host.paths, 'web'))
  if (disk) expect(await doctor()).toEqual(broken(/^here\/mounts: .*\/releases is on another filesystem/))
})

test('tools that are missing', async () => {
  expect(await doctor({ PATH: '/nonexistent' })).toEqual(
    broken(/^here\/tools: There is no tar, sync, setsid/),
  )
})

test('a clock by which every order has expired', async () => {
  const env = { NODE_OPTIONS: await clockShiftedBy(fleet.directory, 20) }
  expect(await doctor(env)).toEqual(broken(/^tracker\/clock: .* is 20 min ahead of .* refuses every order/))
})

test('a grabber that does not run', async () => {
  await host.stop()
  expect(await doctor()).toEqual(broken(/^here\/grabber: No grabber runs/))
  await host.startAgain()
  expect(await doctor()).toEqual(well)
})

test('a NATS server that keeps quiet', async () => {
  const pid = await natsPidOf(fleet.tracker)
  process.kill(pid, 'SIGSTOP')
  const found = await doctor().finally(() => process.kill(pid, 'SIGCONT'))
  expect(found).toEqual(broken(/^tracker\/answer: NATS at nats:.* cannot be reached/))
})

test('a tracker that is away, while NATS is there', async () => {
  await fleet.tracker.stop()
  expect(await doctor()).toEqual(broken(/^tracker\/answer: NATS at .* lets this host in, but the tracker/))
  await fleet.tracker.startAgain()
})
