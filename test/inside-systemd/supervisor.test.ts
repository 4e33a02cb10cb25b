import { readFileSync, statSync } from 'node:fs'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { commandedSystemd } from '../../grabber/supervisor/systemd-host.ts'
import { SystemdSupervisor } from '../../grabber/supervisor/systemd.ts'
import { readStat } from '../../shared/host/process.ts'
import { launchOf } from '../dev-env/launch.ts'
import { describeSupervisor, SupervisedHost, type Create } from '../dev-env/supervisor-contract.ts'

// Run by test/e2e/systemd.test.ts, on a host whose PID 1 is systemd.
let version: number
let host: SupervisedHost | undefined

beforeAll(async () => {
  const found = await commandedSystemd()
  if (found === undefined) throw new Error('PID 1 of this host is not systemd: run test/e2e/systemd.test.ts')
  version = found
})
afterEach(async () => {
  await host?.[Symbol.asyncDispose]()
  host = undefined
})

const create: Create = (paths, allowRoot) => new SystemdSupervisor({ paths, allowRoot, version })

describeSupervisor('systemd', create)

test('the service is a child of systemd, and its environment a secret of root', async () => {
  host = await SupervisedHost.create(create)
  const { pid } = await host.start('sleep 320', { env: { SECRET: 'x' } })
  expect(readStat(pid)?.parent).toBe(1)
  const file = `${host.paths.state}/process/web.environment`
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readFileSync(file, 'utf8')).toContain('SECRET="x"')
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('SECRET')
})

test('a release that systemd cannot start says why, and is not tried again and again', async () => {
  host = await SupervisedHost.create(create)
  const launch = await launchOf(host.paths, 'true')
  const lost = { ...launch, directory: '/nowhere' }
  await expect(host.supervisor.start(lost)).rejects.toThrow(/systemd does not start web: .*(CHDIR|nowhere)/s)
  expect(host.supervisor.members('web')).toEqual([])
})

test('a value that systemd would drop is refused before anything is stopped', async () => {
  host = await SupervisedHost.create(create)
  const launch = await launchOf(host.paths, 'true', { env: { COLOUR: '\u001b[1m' } })
  await expect(host.supervisor.requireRunnable(launch)).rejects.toThrow(
    /COLOUR of web holds a control character/,
  )
})
