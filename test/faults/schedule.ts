import { packerLeaseMs } from '../../tracker/builds/packers.ts'
import { Random } from './random.ts'

export const serviceNames = ['alpha', 'beta'] as const
/** These are only built. */
export const builtServices = ['gamma', 'delta'] as const
export const hostNames = ['web-1', 'web-2', 'web-3'] as const
export const goodVersions = ['v1', 'v2', 'v3', 'v4'] as const
/** `broken` starts and dies, `sick` answers 500, `frail` dies once it was committed: all have to go back. */
export const badVersions = ['broken', 'sick', 'frail'] as const
export const versions = [...goodVersions, ...badVersions] as const

export type HostName = (typeof hostNames)[number]
export type VersionName = (typeof versions)[number]

/** What is asked of the tracker, as a person would. Times are in ms from the begin of the round. */
export interface Operation {
  readonly kind: 'deploy' | 'rollback' | 'retry' | 'cancel'
  readonly service: (typeof serviceNames)[number]
  readonly version: VersionName
  readonly hosts: readonly HostName[]
  readonly at: number
}

/** A new commit that is to be built. Times are in ms from the begin of the round. */
export interface BuildOperation {
  readonly service: (typeof builtServices)[number]
  readonly at: number
  /** So long after it was asked for it is cancelled. */
  readonly cancelAfter: number | undefined
}

/** An instant of the round: so many ms after its begin, or after the host's journal says that it is in a state. */
export interface Instant {
  readonly after: number
  readonly state?: { readonly name: string; readonly service: string }
}

export const faultKinds = [
  'kill-grabber',
  'stop-grabber',
  'kill-shim',
  'kill-service',
  'kill-tracker',
  'kill-nats',
  'kill-packer',
  'freeze-packer',
  'cut-network',
  'stall-network',
  'shuffle-messages',
  'replay-orders',
  'corrupt-download',
  'truncate-download',
  'refuse-download',
  'fill-disk',
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface Fault {
  readonly kind: FaultKind
  /** Where, or by whose journal its instant is told. */
  readonly host: HostName
  readonly at: Instant
  /** How long it lasts, in ms. */
  readonly lasts: number
  /** From 0 to 1: what else is left to chance in it, such as the byte that is flipped. */
  readonly dice: number
}

export interface Schedule {
  readonly round: number
  readonly operations: readonly Operation[]
  readonly builds: readonly BuildOperation[]
  readonly faults: readonly Fault[]
}

/** What happens in a round follows from the seed and the round's number, and from nothing else. */
export const drawSchedule = (seed: string, round: number): Schedule => {
  const random = new Random(`${seed}/${round}`)
  const operations = drawOperations(random)
  const builds = Array.from({ length: random.between(0, 4) }, () => drawBuild(random))
  const faults = Array.from({ length: random.between(1, 4) }, () => drawFault(random, operations))
  return { round, operations, builds, faults }
}

const drawBuild = (random: Random): BuildOperation => ({
  service: random.pick(builtServices),
  at: random.between(0, 500),
  cancelAfter: random.chance(0.2) ? random.between(0, 1500) : undefined,
})

const drawOperations = (random: Random): Operation[] => {
  const busy = serviceNames.filter(() => random.chance(0.7))
  const chosen = busy.length > 0 ? busy : [random.pick(serviceNames)]
  return chosen.flatMap((service) => {
    const first = drawOperation(random, service)
    const isCancelled = first.kind === 'deploy' && random.chance(0.1)
    const cancel = { ...first, kind: 'cancel', at: first.at + random.between(50, 800) } as const
    return isCancelled ? [first, cancel] : [first]
  })
}

const drawOperation = (random: Random, service: Operation['service']): Operation => ({
  service,
  kind: random.weighted({ deploy: 84, rollback: 10, retry: 6 }),
  version: random.chance(0.75) ? random.pick(goodVersions) : random.pick(badVersions),
  hosts: random.chance(0.7) ? hostNames : [random.pick(hostNames)],
  at: random.between(0, 150),
})

/** A packer that is silent for so long has lost its builds. */
const pastLeaseMs = packerLeaseMs + 1500

const statesOfInstall = [
  'fetching',
  'verifying',
  'unpacking',
  'staged',
  'stopping',
  'switching',
  'starting',
  'checking',
  'rolling-back',
  'committed',
]

const drawFault = (random: Random, operations: readonly Operation[]): Fault => {
  const { service } = random.pick(operations)
  const atState = random.chance(0.6)
  const kind = random.pick(faultKinds)
  return {
    kind,
    host: random.pick(hostNames),
    at: atState
      ? { after: random.between(0, 60), state: { name: random.pick(statesOfInstall), service } }
      : { after: random.between(0, 1200) },
    lasts: kind === 'freeze-packer' && random.chance(0.3) ? pastLeaseMs : random.between(20, 1500),
    dice: random.next(),
  }
}
