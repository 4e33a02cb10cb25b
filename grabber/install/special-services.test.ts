import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logDir } from '../../shared/host/layout.ts'
import { readStat } from '../../shared/host/process.ts'
import { maxOutputLines } from '../../shared/messages/host-events.ts'
import { LoneHost, type ServiceFiles } from '../../test/dev-env/lone-host.ts'
import { eventually } from '../../test/dev-env/poll.ts'

let host: LoneHost

beforeEach(async () => {
  host = await LoneHost.create()
})
afterEach(async () => {
  await host[Symbol.asyncDispose]()
})

const sleeper = (version: string, more: Partial<ServiceFiles> = {}): ServiceFiles => ({
  version,
  command: 'sleep 300',
  ...more,
})
const runs = (service: string): string | undefined => host.supervisor.find(service)?.digest
const isGone = (pid: number): boolean => ['Z', 'X', undefined].includes(readStat(pid)?.state)

test('ten services of one host are upgraded at once, side by side', async () => {
  const services = Array.from({ length: 10 }, (_, index) => `service-${index}`)
  const health = { healthy_for: '1s', deadline: '20s' }
  const upgrade = async (version: string, seq: number): Promise<void> => {
    const artifacts = await Promise.all(
      services.map((service) => host.artifact(sleeper(version, { service, health }))),
    )
    artifacts.forEach((artifact, index) =>
      host.installer.accept(host.sign(artifact, { seq, service: services[index]! })),
    )
    await eventually(`${version} everywhere`, () =>
      services.every(
        (service, index) => runs(service) === artifacts[index]!.digest && committed(service, seq),
      ),
    )
  }
  const committed = (service: string, seq: number): boolean =>
    host.events.some((event) => event.service === service && event.seq === seq && event.state === 'committed')
  await upgrade('v1', 1)
  await upgrade('v2', 2)
  expect(host.events.filter(({ state }) => state === 'failed' || state === 'rolled-back')).toEqual([])
  for (const service of services) expect(host.supervisor.members(service)).toHaveLength(1)
  const states = host.events.filter(({ seq }) => seq === 2).map(({ state }) => state)
  expect(states.lastIndexOf('accepted')).toBeLessThan(states.indexOf('committed'))
}, 120_000)

test('one that ignores SIGTERM is killed once its grace is over, and the new release runs', async () => {
  const deaf = `sh -c 'trap "" TERM; sleep 301 & while :; do sleep 0.1; done'`
  await host.install(await host.artifact({ version: 'v1', command: deaf, stop: { grace: '300ms' } }))
  const before = host.supervisor.members('web')
  const v2 = await host.artifact(sleeper('v2'))
  expect((await host.install(v2)).at(-1)).toBe('committed')
  expect(before.filter((pid) => !isGone(pid))).toEqual([])
  expect(runs('web')).toBe(v2.digest)
})

test('one that forks twice is stopped whole: nothing of the old release lives beside the new one', async () => {
  const forking = `sh -c '(setsid sh -c "setsid sleep 302 & sleep 303" & ) ; exec sleep 304'`
  await host.install(await host.artifact({ version: 'v1', command: forking }))
  await eventually('its children', () => host.supervisor.members('web').length >= 4)
  const before = host.supervisor.members('web')
  const v2 = await host.artifact(sleeper('v2'))
  await host.install(v2)
  expect(before.filter((pid) => !isGone(pid))).toEqual([])
  expect(host.supervisor.members('web')).toEqual([host.supervisor.find('web')?.identity.pid])
})

test('one that floods its log and then dies is rolled back, with no more than its last lines', async () => {
  const v1 = await host.artifact(sleeper('v1'))
  await host.install(v1)
  const flood = `sh -c 'yes "one line of very many" | head -c 30000000; exit 5'`
  await host.install(await host.artifact({ version: 'v2', command: flood, health: { healthy_for: '10s' } }))
  expect(host.lastEvent.state).toBe('rolled-back')
  expect(host.lastEvent.output?.length).toBeLessThanOrEqual(maxOutputLines)
  expect(Buffer.byteLength(JSON.stringify(host.lastEvent))).toBeLessThan(200_000)
  expect(runs('web')).toBe(v1.digest)
  expect(statSync(join(logDir(host.paths, 'web'), 'output.log')).size).toBeLessThan(64 * 2 ** 20)
})

test('one that never gets healthy ends at its deadline', async () => {
  const v1 = await host.artifact(sleeper('v1'))
  await host.install(v1)
  const sick = { health: { command: 'false', deadline: '700ms', interval: '100ms' } }
  await host.install(await host.artifact(sleeper('v2', sick)))
  expect(host.lastEvent.error).toMatch(/not healthy within 700 ms: the health command ended with 1/)
  expect(runs('web')).toBe(v1.digest)
})
