import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { getDeploy } from '../../shared/api/deploys.ts'
import { listEvents } from '../../shared/api/events.ts'
import { getVersions } from '../../shared/api/versions.ts'
import { readSlot } from '../../grabber/self-upgrade/slots.ts'
import { parseJournal } from '../../shared/host/journal.ts'
import { journalFile } from '../../shared/host/layout.ts'
import { identify } from '../../shared/host/process.ts'
import { Constellation } from '../dev-env/constellation.ts'
import type { Grabber } from '../dev-env/grabber.ts'
import { GrabberReleases } from '../dev-env/grabber-releases.ts'
import { eventually } from '../dev-env/poll.ts'
import { serviceFiles } from '../dev-env/service-files.ts'
import type { Service } from '../dev-env/service.ts'
import { processesIn } from '../dev-env/temporary-directory.ts'

const host = 'web-1.prod'
const trialWindow = 6
let fleet: Constellation
let releases: GrabberReleases
let grabber: Grabber
let web: Service
let api: Service

beforeAll(async () => {
  fleet = await Constellation.start({
    hosts: [
      { name: host, cluster: 'prod', trialWindow },
      { name: 'web-2.plain', cluster: 'plain' },
    ],
  })
  releases = await GrabberReleases.register(fleet.tracker, fleet.directory)
  grabber = fleet.grabber(host)
  web = await fleet.addService('web')
  api = await fleet.addService('api')
  for (const service of [web, api]) {
    await service.commit('v1')
    expect(await deploy(`${service.name}@v1`)).toMatchObject({ code: 0 })
  }
})
afterAll(() => fleet[Symbol.asyncDispose]())

const deploy = (what: string) => fleet.tracker.cli('deploy', what, '-c', 'prod')

/** Which process each service is: pid and start time. */
const processes = async () =>
  Object.fromEntries(
    await Promise.all(
      [web, api].map(async (service) => {
        const { pid } = (await service.answers())[host]!
        return [service.name, identify(pid)] as const
      }),
    ),
  )

/** What the tracker says runs of the grabber. */
const shown = async () => {
  const { rows } = await fleet.tracker.call(getVersions, {
    query: { service: 'grabber', cluster: ['prod'], label: [] },
  })
  return { grabber: rows[0]?.host.grabber, ...rows[0]?.cells[0] }
}

const startDeploy = async (what: string): Promise<number> => {
  const { stdout } = await fleet.tracker.cli('deploy', what, '-c', 'prod', '--detach', '--json')
  return z.object({ id: z.int() }).parse(JSON.parse(stdout)).id
}

const endOf = (id: number) =>
  eventually(
    `deploy ${id} to end`,
    async () => {
      const found = await fleet.tracker.call(getDeploy, { params: { id } })
      return ['succeeded', 'failed', 'partial', 'rolled-back'].includes(found.state) && found
    },
    50_000,
  )

/** The states that services went through, oldest first, since an event. */
const installsSince = async (since: number): Promise<string[]> => {
  const { events } = await fleet.tracker.call(listEvents, { query: { since, limit: 1000 } })
  return events.flatMap((event) =>
    event.kind === 'install.state' ? [`${event.service} ${event.data.state}`] : [],
  )
}

const latestEvent = async () =>
  (await fleet.tracker.call(listEvents, { query: { since: 0, limit: 1 } })).latest

/** One grabber runs, it is the one that the host's state names, and the tracker sees it. */
const oneGrabberRuns = async () => {
  const pid = await eventually('one grabber to run', () => {
    const running = processesIn(grabber.paths.state).filter((found) => isGrabber(found))
    return running.length === 1 && running[0] === grabber.daemonPid && running[0]
  })
  const { directory } = readSlot(grabber.paths.state, 'good')!
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain(join(directory, 'grabber.cjs'))
  await eventually('the tracker to see it', async () => {
    const { sync, pid: told } = await shown()
    return sync === 'in-sync' && told === pid
  })
}

const isGrabber = (pid: number): boolean => {
  try {
    return /grabber\.cjs\0run\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return false
  }
}

const deploysStillWork = async () => {
  const tag = `t${++tags}`
  await web.commit(tag)
  expect(await deploy(`web@${tag}`)).toMatchObject({ code: 0 })
  expect(await web.greetings()).toEqual({ [host]: tag })
}
let tags = 0

/** A release that takes three seconds to prove itself. */
const commitSlow = (tag: string) => {
  const files = serviceFiles({ service: 'web', greeting: tag })
  const slow = files['service.yaml']!.replace('healthy_for: 300ms', 'healthy_for: 3s')
  return web.repo.commit({ ...files, 'service.yaml': slow.replace('deadline: 3s', 'deadline: 9s') }, tag)
}

test('a grabber without a launcher refuses to be upgraded, and says why', async () => {
  const version = await releases.release()
  const result = await fleet.tracker.cli('deploy', `grabber@${version}`, '-c', 'plain')
  expect(result).toMatchObject({ code: 3 })
  expect(result.stdout).toContain('This grabber cannot upgrade itself: it does not run by its launcher.')
})

test('a first upgrade that fails goes back to the grabber that was set up by hand', async () => {
  const before = await processes()
  const { grabber: old } = await shown()
  const version = await releases.release(() => endsAtOnce)
  const result = await deploy(`grabber@${version}`)
  expect(result).toMatchObject({ code: 6 })
  expect(result.stdout).toMatch(/ended by itself with exit code 3/)
  await expect.poll(shown, { timeout: 10_000 }).toEqual({ grabber: old })
  expect(readSlot(grabber.paths.state, 'good')).toMatchObject({ seq: 0 })
  expect(await processes()).toEqual(before)
  await deploysStillWork()
})

test('complaint 3, "an agent that updates itself kills deploys": it waits for the install under way, and services do not notice', async () => {
  const { api: before } = await processes()
  await commitSlow('slow')
  const version = await releases.release()
  const since = await latestEvent()
  const install = await startDeploy('web@slow')
  await eventually('the install to be under way', async () =>
    (await installsSince(since)).includes('web checking'),
  )
  expect(await deploy(`grabber@${version}`)).toMatchObject({ code: 0 })
  expect(await endOf(install)).toMatchObject({ state: 'succeeded' })
  const states = await installsSince(since)
  expect(states.indexOf('grabber stopping')).toBeGreaterThan(states.indexOf('web committed'))
  expect(states).toContain('grabber committed')
  expect(await processes()).toMatchObject({ api: before })
  expect(await shown()).toMatchObject({ grabber: version, version, sync: 'in-sync' })
  await oneGrabberRuns()
  await deploysStillWork()
})

const endsAtOnce = 'process.exit(3)'

describe('a new grabber that is broken is replaced by the old one:', () => {
  test.each([
    ['one that ends at once', () => endsAtOnce, /ended by itself with exit code 3/],
    ['one that hangs', () => 'setInterval(() => {}, 1000)', /did not report in within 6 s/],
    [
      'one that cannot read the journals',
      (program: string) => program.replaceAll(/\bchecksum:/g, 'otherChecksum:'),
      /ended by itself with exit code 1/,
    ],
    [
      'one that the tracker does not understand',
      (program: string) => program.replaceAll('bootId:bootId()', "bootId:''.padEnd(999)"),
      /did not report in within 6 s/,
    ],
  ])('%s', async (_what, change, reason) => {
    const before = await processes()
    const old = await shown()
    const version = await releases.release(change)
    const result = await deploy(`grabber@${version}`)
    expect(result).toMatchObject({ code: 6 })
    expect(result.stdout).toMatch(reason)
    expect(await processes()).toEqual(before)
    expect(await shown()).toMatchObject({ grabber: old.grabber, running: old.running })
    await oneGrabberRuns()
  })
})

const journalled = (...states: string[]) => {
  const text = readFileSync(journalFile(grabber.paths, 'grabber'), 'utf8')
  return states.includes(parseJournal(text).state)
}

test('a new grabber that keeps dying once it was committed is replaced by the old one, too', async () => {
  const before = await processes()
  const { grabber: old } = await shown()
  const journal = journalFile(grabber.paths, 'grabber')
  const dies = `setInterval(() => require('node:fs').readFileSync('${journal}', 'utf8').includes('"committed"') && process.exit(9), 50)`
  const version = await releases.release((program) => `${program}\n${dies}`)
  await deploy(`grabber@${version}`)
  await eventually('the old one to be put back', () => journalled('rolled-back'), 30_000)
  await eventually('the old one to report', async () => (await shown()).grabber === old)
  expect(await processes()).toEqual(before)
  await deploysStillWork()
})

describe('kill -9', () => {
  const state = () => grabber.paths.state
  const isBegun = () => readSlot(state(), 'begun') !== undefined || isOver()
  const isOver = () => journalled('committed', 'rolled-back')

  test.each([
    ['the old grabber when it is staged', () => !journalled('committed', 'rolled-back'), 'grabber'],
    [
      'the old grabber when it stops',
      () => journalled('stopping', 'switching', 'starting') || isOver(),
      'grabber',
    ],
    ['the old grabber when it switches', () => journalled('switching', 'starting') || isOver(), 'grabber'],
    ['the old grabber when it hands over', () => journalled('starting') || isOver(), 'grabber'],
    ['the launcher before', () => !journalled('committed', 'rolled-back'), 'launcher'],
    ['the launcher when the old grabber hands over', () => journalled('starting') || isOver(), 'launcher'],
    ['the launcher during the trial', isBegun, 'launcher'],
    ['the new grabber during its trial', isBegun, 'new'],
    ['both during the trial', isBegun, 'both'],
    ['the new grabber when it is proven', isOver, 'grabber'],
    ['the launcher when the new grabber is proven', isOver, 'launcher'],
  ] as const)('of %s leaves one that works', async (_what, moment, whom) => {
    const before = await processes()
    const old = grabber.daemonPid!
    const id = await startDeploy(`grabber@${await releases.release()}`)
    await eventually('the order to come', () => !isOver())
    while (!moment()) await setImmediate()
    const launcher = grabber.pid
    if (whom === 'new' || whom === 'both')
      await eventually(
        'the new grabber to run',
        () => isOver() || ![undefined, old].includes(grabber.daemonPid),
      )
    if (whom !== 'launcher') kill(grabber.daemonPid)
    if (whom === 'launcher' || whom === 'both') {
      kill(launcher)
      await grabber.startAgain()
    }
    expect(['succeeded', 'rolled-back']).toContain((await endOf(id)).state)
    await oneGrabberRuns()
    expect(await processes()).toEqual(before)
  })

  test('was survived: the next upgrade and the next deploy work', async () => {
    const before = await processes()
    const version = await releases.release()
    expect(await deploy(`grabber@${version}`)).toMatchObject({ code: 0 })
    expect(await shown()).toMatchObject({ grabber: version, sync: 'in-sync' })
    expect(await processes()).toEqual(before)
    await deploysStillWork()
  })
})

const kill = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}
