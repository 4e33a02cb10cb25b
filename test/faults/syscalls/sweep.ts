import { join } from 'node:path'
import { messageOf } from '../../../shared/errors.ts'
import { eventually } from '../../dev-env/poll.ts'
import { isEntry, lookAt, type ServiceFacts } from '../checks/host-facts.ts'
import { broken, hostPromises, isResting } from '../checks/host-promises.ts'
import {
  changingCalls,
  countCalls,
  fileCalls,
  filesWritten,
  hasHit,
  injecting,
  Trace,
  watching,
  type Blow,
  type Injection,
} from './trace.ts'
import { service, type TracedHost } from './traced-host.ts'

export const scenarios = { upgrade: 'good', 'way back': 'broken' } as const
export type Scenario = keyof typeof scenarios

/** A call of an install, as it came when nothing was done to it. In a path, `{digest}` stands for the artifact's. */
export interface Boundary {
  readonly scenario: Scenario
  readonly call: string
  readonly path?: string
  readonly count: number
}

export interface Outcome {
  readonly scenario: Scenario
  readonly injection: Injection
  /** False when the install made fewer such calls. */
  readonly hit: boolean
  /** By promise. */
  readonly broken: Record<string, string>
}

export const blows: readonly Blow[] = ['SIGKILL', 'EIO', 'ENOSPC']

const installWithin = 20_000
const recoverWithin = 20_000

/** A first release that works, so that every install has something to lose. */
export const prepare = async (host: TracedHost): Promise<void> => {
  await comesToRest(host, host.order(await host.artifact('good')), installWithin)
  const { processes } = await lookAt(host.paths, service, undefined, 'sleep')
  if (processes.length !== 1) throw new Error(`the first install did not work:\n${host.output}`)
}

/** What calls an install makes, seen in one to which nothing is done. */
export const boundariesOf = async (host: TracedHost, scenario: Scenario): Promise<Boundary[]> => {
  const artifact = await host.artifact(scenarios[scenario])
  await using trace = await Trace.attach(host.pid, join(host.directory, 'trace'), watching)
  await comesToRest(host, host.order(artifact), installWithin)
  await stagingIsEmpty(host)
  const seen = await trace.end()
  const counts = countCalls(seen)
  const changing = changingCalls.flatMap((call) => {
    const count = counts.get(call) ?? 0
    return count > 0 ? [{ scenario, call, count }] : []
  })
  const files = filesWritten(seen, host.paths.root.replace(/\/srv$/, ''))
  const perFile = files.flatMap((path) =>
    fileCalls.map((call) => {
      const names = call.split(',')
      const made = countCalls(seen, (line) => line.includes(`${path}"`) || line.includes(`<${path}>`))
      const count = Math.max(0, ...names.map((name) => made.get(name) ?? 0))
      return { scenario, call, path: path.replaceAll(artifact.digest, '{digest}'), count }
    }),
  )
  return [...changing, ...perFile.filter(({ count }) => count > 0)]
}

/** One install with one blow; then a fresh grabber recovers, and everything is looked at from outside. */
export const strike = async (
  host: TracedHost,
  { scenario, call, path }: Omit<Boundary, 'count'>,
  blow: Blow,
  nth: number,
): Promise<Outcome> => {
  const before = await lookAt(host.paths, service, undefined, 'sleep')
  const artifact = await host.artifact(scenarios[scenario])
  const injection: Injection = {
    ...{ call, blow, nth },
    ...(path === undefined ? {} : { path: path.replaceAll('{digest}', artifact.digest) }),
  }
  const trace = await Trace.attach(host.pid, join(host.directory, 'trace'), injecting(injection))
  const seq = host.order(artifact)
  // An error may keep the journal from being written: then the grabber still believes that it is at work.
  await comesToRest(host, seq, installWithin).catch(() => undefined)
  const seen = await trace.end()
  await host.restart()
  return {
    scenario,
    injection,
    hit: hasHit(seen, blow),
    broken: await brokenAfter(host, before, artifact.digest, seq),
  }
}

/** Every N of a call until the install ends without being hit. */
export async function* strikeAll(host: TracedHost, boundary: Boundary, blow: Blow): AsyncGenerator<Outcome> {
  for (let nth = 1; ; nth++) {
    const outcome = await strike(host, boundary, blow, nth)
    yield outcome
    if (!outcome.hit) return
  }
}

/** Looks until all promises hold, or for as long as a recovery may take. */
const brokenAfter = async (
  host: TracedHost,
  before: ServiceFacts,
  ordered: string,
  seq: number,
): Promise<Record<string, string>> => {
  let last: Record<string, string> = {}
  try {
    return await eventually(
      'all promises to hold',
      async () => {
        const after = await lookAt(host.paths, service, undefined, 'sleep')
        last = broken(hostPromises, { service, before, after, ordered: [ordered], goods: host.goods })
        if (isEntry(after.journal) && after.journal.seq !== seq)
          last = {
            ...last,
            'the order arrives': `the journal is about order ${after.journal.seq}, not ${seq}`,
          }
        return Object.keys(last).length === 0 ? {} : undefined
      },
      recoverWithin,
    )
  } catch (error) {
    return Object.keys(last).length > 0 ? last : { 'all promises hold': messageOf(error) }
  }
}

const comesToRest = async (host: TracedHost, seq: number, within: number): Promise<void> => {
  await eventually(
    `order ${seq} to end`,
    async () => {
      if (!host.isRunning) return true
      const { journal } = await lookAt(host.paths, service, undefined, 'sleep')
      return isEntry(journal) && journal.seq === seq && isResting(journal)
    },
    within,
  )
}

/** Cleaning up comes after the end of an order. */
const stagingIsEmpty = (host: TracedHost): Promise<unknown> =>
  eventually('the clean-up', async () => {
    const { staging, releases } = await lookAt(host.paths, service, undefined, 'sleep')
    return staging.length === 0 && releases.size <= 3
  })
