import { existsSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { getDeploy, listDeploys, type DeployDetail } from '../../shared/api/deploys.ts'
import { getVersions } from '../../shared/api/versions.ts'
import { deployTransitions } from '../../shared/domain/deploy-state.ts'
import { isEnd } from '../../shared/domain/transitions.ts'
import { messageOf } from '../../shared/errors.ts'
import { journalFile } from '../../shared/host/layout.ts'
import { brokenBuildPromises, lastBuild } from './checks/build-promises.ts'
import { lookAt, type ServiceFacts } from './checks/host-facts.ts'
import { brokenPromises, type Case, type Start } from './checks/promises.ts'
import { injectors } from './injectors.ts'
import { build, operate } from './operations.ts'
import {
  serviceNames,
  type Fault,
  type FaultKind,
  type HostName,
  type Instant,
  type Schedule,
} from './schedule.ts'
import { ledgerFile, type FaultyHost } from './world/host.ts'
import type { World } from './world/world.ts'

/** A promise that did not hold, with what was going on. */
export interface Violation {
  readonly promise: string
  readonly how: string
  readonly host?: string
  readonly service?: string
  readonly schedule: Schedule
}

export interface Round {
  readonly violations: readonly Violation[]
  /** What was really broken: some faults find nothing to break. */
  readonly faults: readonly FaultKind[]
  readonly tookMs: number
}

/** An instant that is told by a journal comes after this many ms at the latest, in case the state never does. */
const instantWithin = 2000
/** How long after everything is mended the promises may take to hold: the longest back-off, and an install. */
const quietWithin = 60_000
const lookEvery = 150

/** One round: what is scheduled happens, everything is mended, and then all promises have to hold. */
export const runRound = async (world: World, schedule: Schedule): Promise<Round> => {
  const began = Date.now()
  const before = await Baseline.of(world)
  const faults: Fault[] = []
  const problems: string[] = []
  const happening = [
    ...schedule.operations.map(async (operation) => {
      await delay(operation.at)
      await operate(world, operation)
    }),
    ...schedule.builds.map(async (operation) => {
      await delay(operation.at)
      await build(world, operation)
    }),
    ...schedule.faults.map(async (fault) => {
      await instant(world, fault)
      if (await injectors[fault.kind](world, fault)) faults.push(fault)
    }),
  ]
  for (const result of await Promise.allSettled(happening))
    if (result.status === 'rejected') problems.push(messageOf(result.reason))
  await world.heal().catch((error: unknown) => problems.push(messageOf(error)))
  const killedOn = faults.filter(({ kind }) => kind === 'kill-service').map(({ host }) => host)
  const broken = await whenQuiet(() => whatIsBroken(world, before, killedOn))
  return {
    violations: [
      ...problems.map((how) => ({ promise: 'everything can be mended', how, schedule })),
      ...broken.map((violation) => ({ ...violation, schedule })),
    ],
    faults: faults.map(({ kind }) => kind),
    tookMs: Date.now() - began,
  }
}

const instant = async (world: World, { at, host }: Fault): Promise<void> => {
  if (at.state) await reaches(world.host(host), at.state)
  await delay(at.after)
}

const reaches = async (
  { paths }: FaultyHost,
  { name, service }: NonNullable<Instant['state']>,
): Promise<void> => {
  const path = journalFile(paths, service)
  const changed = modifiedAt(path)
  const deadline = Date.now() + instantWithin
  while (Date.now() < deadline) {
    if (modifiedAt(path) !== changed && contentOf(path).includes(`"state": "${name}"`)) return
    await delay(5)
  }
}

/** How everything was before a round, and so what has happened since. */
class Baseline {
  readonly facts: ReadonlyMap<string, ServiceFacts>
  readonly lastBuild: number
  readonly #lastDeploy: number
  readonly #ledgers: ReadonlyMap<string, number>

  private constructor(
    facts: ReadonlyMap<string, ServiceFacts>,
    lastBuild: number,
    lastDeploy: number,
    ledgers: ReadonlyMap<string, number>,
  ) {
    this.facts = facts
    this.lastBuild = lastBuild
    this.#lastDeploy = lastDeploy
    this.#ledgers = ledgers
  }

  static async of(world: World): Promise<Baseline> {
    const facts = new Map<string, ServiceFacts>()
    const ledgers = new Map<string, number>()
    for (const { host, service, key } of places(world)) {
      facts.set(key, await lookAt(host.paths, service, host.ports.get(service)))
      ledgers.set(key, ledgerOf(world, host.name, service).length)
    }
    const { deploys } = await world.api.call(listDeploys, { query: { limit: 1 } })
    return new Baseline(facts, await lastBuild(world), deploys[0]?.id ?? 0, ledgers)
  }

  async deploysSince(world: World): Promise<DeployDetail[]> {
    const { deploys } = await world.api.call(listDeploys, { query: { limit: 50 } })
    const made = deploys.filter(({ id }) => id > this.#lastDeploy).toReversed()
    return Promise.all(made.map(({ id }) => world.api.call(getDeploy, { params: { id } })))
  }

  startsSince(world: World, host: string, service: string, key: string): Start[] {
    return ledgerOf(world, host, service)
      .slice(this.#ledgers.get(key) ?? 0)
      .map((line) => JSON.parse(line) as Start)
  }
}

type Broken = Omit<Violation, 'schedule'>

/** Looks until nothing is wrong twice in a row, or for as long as it may take: then what is still wrong is. */
const whenQuiet = async (look: () => Promise<Broken[]>): Promise<Broken[]> => {
  const deadline = Date.now() + quietWithin
  for (let good = 0; ;) {
    const broken = await look().catch((error: unknown): Broken[] => [
      { promise: 'the tracker answers', how: messageOf(error) },
    ])
    good = broken.length === 0 ? good + 1 : 0
    if (good === 2) return []
    // What was written in a ledger does not get better by waiting.
    if (Date.now() > deadline || broken.some(({ promise }) => promise === 'never two at a time'))
      return broken
    await delay(lookEvery)
  }
}

const whatIsBroken = async (
  world: World,
  before: Baseline,
  killedOn: readonly HostName[],
): Promise<Broken[]> => {
  const deploys = await before.deploysSince(world)
  const unfinished = deploys.filter(({ state }) => !isEnd(deployTransitions, state))
  const table = await world.api.call(getVersions, {})
  const broken: Broken[] = unfinished.map(({ id, state }) => ({
    promise: 'every deploy ends',
    how: `deploy ${id} is still ${state}`,
  }))
  broken.push(...(await brokenBuildPromises(world, before.lastBuild)))
  for (const { host, service, key } of places(world)) {
    const here = deploys.filter(
      (deploy) => deploy.service === service && deploy.targets.some(({ hostName }) => hostName === host.name),
    )
    const checked: Case = {
      host: host.name,
      service,
      before: before.facts.get(key) ?? never(),
      after: await lookAt(host.paths, service, host.ports.get(service)),
      ordered: orderedBy(world, here, host.name),
      wasKilled: killedOn.includes(host.name),
      deploys: here,
      goods: world.artifacts,
      table,
      starts: before.startsSince(world, host.name, service, key),
    }
    for (const [promise, how] of Object.entries(brokenPromises(checked)))
      broken.push({ promise, how, host: host.name, service })
  }
  return broken
}

/** What the deploys may have told a host to run: what they bring, and what they go back to. */
const orderedBy = ({ artifacts }: World, deploys: readonly DeployDetail[], host: string): string[] =>
  deploys.flatMap(({ service, targets }) => {
    const target = targets.find(({ hostName }) => hostName === host)
    return artifacts
      .filter((artifact) => artifact.service === service)
      .filter(({ version }) => version === target?.version || version === target?.previousVersion)
      .map(({ digest }) => digest)
  })

interface Place {
  readonly host: FaultyHost
  readonly service: string
  readonly key: string
}

const places = ({ hosts }: World): Place[] =>
  hosts.flatMap((host) => serviceNames.map((service) => ({ host, service, key: `${host.name}/${service}` })))

const ledgerOf = ({ directory }: World, host: string, service: string): string[] =>
  contentOf(ledgerFile(directory, host, service))
    .split('\n')
    .filter((line) => line !== '')

const contentOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const modifiedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
const never = (): never => {
  throw new Error('a place that was not there before')
}
