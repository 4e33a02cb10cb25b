import { join } from 'node:path'
import { createDeploy, getDeploy, listDeploys, type DeployDetail } from '../../../shared/api/deploys.ts'
import { listEvents } from '../../../shared/api/events.ts'
import { messageOf } from '../../../shared/errors.ts'
import { eventually } from '../../dev-env/poll.ts'
import { injecting, Trace } from '../syscalls/trace.ts'
import { cluster, digests, service, type Fleet } from './fleet.ts'

export const scenarios = ['a good release', 'a release that goes back'] as const
export type Scenario = (typeof scenarios)[number]

/** Killed in the middle of writing a transaction down, or once it is written and before anybody knows. */
export const instants = { before: 'pwrite64', after: 'fsync' } as const
export type Instant = keyof typeof instants

export interface Outcome {
  readonly scenario: Scenario
  readonly instant: Instant
  readonly nth: number
  /** False when the deploy was over before. */
  readonly hit: boolean
  /** By promise. */
  readonly broken: Record<string, string>
}

const endsWithinMs = 30_000

/** A first release everywhere, so that there is something to go back to. */
export const prepare = async (fleet: Fleet): Promise<void> => {
  const { state } = await ended(fleet, await ask(fleet, digests.one))
  if (state !== 'succeeded') throw new Error(`the first deploy is ${state}`)
}

/** By instant, the how-manieth call of each write transaction of a deploy, seen in one that nothing is done to. */
export const writesOf = async (fleet: Fleet, scenario: Scenario): Promise<Record<Instant, number[]>> => {
  const options = ['-s', '0', '-e', `trace=${Object.values(instants).join(',')}`, '-P', fleet.log]
  const trace = await Trace.attach(fleet.tracker.pid, join(fleet.directory, 'trace'), options)
  await ended(fleet, await ask(fleet, releaseOf(fleet, scenario)))
  const calls = [...(await trace.end()).matchAll(/^\d+ +(pwrite64|fsync)\(/gm)].map(([, call]) => call)
  const writes: Record<Instant, number[]> = { before: [], after: [] }
  let frames = 0
  for (const call of calls)
    if (call === instants.before) frames++
    else {
      writes.before.push(frames)
      writes.after.push(writes.after.length + 1)
    }
  return writes
}

/** One deploy whose tracker is killed at the given call; then one that starts again, and a look at what became of it. */
export const strike = async (
  fleet: Fleet,
  scenario: Scenario,
  instant: Instant,
  nth: number,
): Promise<Outcome> => {
  const { tracker, hosts } = fleet
  const last = await latest(fleet)
  const stopsBefore = hosts.map(({ stops }) => stops.size)
  const digest = releaseOf(fleet, scenario)
  for (const host of hosts) host.staged.delete(digest)
  const injection = { call: instants[instant], blow: 'SIGKILL', nth, path: fleet.log } as const
  const trace = await Trace.attach(tracker.pid, join(fleet.directory, 'trace'), injecting(injection))
  const acknowledged = await ask(fleet, digest).catch(() => undefined)
  if (acknowledged !== undefined) await endedOrKilled(fleet, acknowledged)
  await trace.end()
  const hit = !(await answers(fleet))
  if (hit) {
    await tracker.kill()
    await tracker.startAgain()
  }
  const broken: Record<string, string> = {}
  try {
    const made = await latest(fleet)
    const id = acknowledged ?? (made === last ? await ask(fleet, digest) : made)
    const deploy = await ended(fleet, id)
    Object.assign(broken, await brokenAfter(fleet, scenario, deploy, stopsBefore))
  } catch (error) {
    broken['the deploy ends, and what was acknowledged is there'] = messageOf(error)
  }
  return { scenario, instant, nth, hit, broken }
}

/** What a host does for one deploy: it goes there once, and back at most once. */
const brokenAfter = async (
  { tracker, hosts }: Fleet,
  scenario: Scenario,
  { id, state, targets }: DeployDetail,
  stopsBefore: readonly number[],
): Promise<Record<string, string>> => {
  const broken: Record<string, string> = {}
  const isGood = scenario === 'a good release'
  const wanted = isGood ? 'succeeded' : 'rolled-back'
  if (state !== wanted)
    broken['it ends as it should'] =
      `deploy ${id} is ${state}: ${targets.map((target) => `${target.hostName} ${target.state}`).join(', ')}`
  for (const [index, host] of hosts.entries()) {
    const stops = [...host.stops.values()]
    const switches = stops.length - (stopsBefore[index] ?? 0)
    if (stops.some((count) => count > 1) || switches > (isGood ? 1 : 2))
      broken['nothing is switched twice'] = `${host.name}: ${switches} times`
  }
  if (new Set(hosts.map(({ running }) => running)).size !== 1)
    broken['all hosts run the same'] = hosts.map(({ running }) => running?.slice(0, 2)).join(', ')
  const { events } = await tracker.call(listEvents, { query: { deploy: id, since: 0, limit: 1000 } })
  if (new Set(events.map(({ seq }) => seq)).size !== events.length)
    broken['events come once'] = 'a seq comes twice'
  const { deploys } = await tracker.call(listDeploys, { query: { service, limit: 100 } })
  if (deploys.some((deploy) => deploy.endedAt === undefined)) broken['one deploy at a time'] = 'another runs'
  return broken
}

/** Of two good releases the one that does not run, so that every deploy changes something. */
const releaseOf = ({ hosts }: Fleet, scenario: Scenario): string => {
  if (scenario !== 'a good release') return digests.sick
  return hosts[0]?.running === digests.one ? digests.two : digests.one
}

/** Returns the id once the tracker has acknowledged it. */
const ask = async ({ tracker }: Fleet, digest: string): Promise<number> => {
  const selection = { clusters: [cluster], labels: [] }
  const forced = { force: true, reason: 'the same release goes back again and again' }
  const body = { service, digest, selection, rollout: { canary: 1, batch: 2 }, ...forced }
  return (await tracker.call(createDeploy, { body })).id
}

/** The id of the newest deploy: also of one that was made, and not acknowledged any more. */
const latest = async ({ tracker }: Fleet): Promise<number> => {
  const { deploys } = await tracker.call(listDeploys, { query: { service, limit: 1 } })
  return deploys[0]?.id ?? 0
}

const answers = (fleet: Fleet): Promise<boolean> =>
  latest(fleet).then(
    () => true,
    () => false,
  )

const ended = ({ tracker }: Fleet, id: number): Promise<DeployDetail> =>
  eventually(
    `deploy ${id} to end`,
    async () => {
      const deploy = await tracker.call(getDeploy, { params: { id } })
      return deploy.endedAt !== undefined && deploy
    },
    endsWithinMs,
  )

const endedOrKilled = (fleet: Fleet, id: number): Promise<unknown> => ended(fleet, id).catch(() => undefined)
