import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SystemdHost, systemdObstacle } from '../dev-env/systemd-host.ts'

const obstacle = systemdObstacle()
const minute = 60_000

/** SYSTEMD=all takes some minutes more. */
const suites = process.env['SYSTEMD'] === 'all' ? ['deploy', 'restarts', 'self-upgrade'] : ['deploy']

describe.skipIf(obstacle)(`on a host with systemd${obstacle ? ` (not tried: ${obstacle})` : ''}`, () => {
  let host: SystemdHost | undefined

  beforeAll(async () => {
    host = await SystemdHost.boot()
  })
  afterAll(() => host?.[Symbol.asyncDispose]())

  test(
    'the supervisor does what every supervisor does',
    async () => {
      expect(await host!.test('inside-systemd', [], 3 * minute)).toBeGreaterThan(15)
    },
    4 * minute,
  )

  test.each(suites)(
    'test/e2e/%s.test.ts passes as it does without',
    async (name) => {
      expect(await host!.test('parts', [`test/e2e/${name}.test.ts`], 6 * minute)).toBeGreaterThan(5)
      const { stdout } = await host!.run('journalctl', ['--output=cat', '--grep=Started apptracker-web'])
      expect(stdout).not.toBe('')
    },
    7 * minute,
  )
})
