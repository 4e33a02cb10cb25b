import { hasLabels } from '../../shared/domain/names.ts'
import type { BuildRow } from '../db/builds.ts'
import type { PresentPacker } from './packers.ts'

export interface HandOut {
  readonly build: BuildRow
  readonly packer: PresentPacker
}

/** All that decides which build goes to which packer next. */
export interface Floor {
  readonly queued: readonly BuildRow[]
  /** Those that are being built, and those that are just being handed out. */
  readonly busy: readonly Pick<BuildRow, 'service' | 'packer'>[]
  readonly packers: readonly PresentPacker[]
  /** When a service had its last turn. */
  readonly lastTurn: (service: string) => number
  /** Whether a packer has said that it will not do a build, or not now. */
  readonly refused: (build: BuildRow, packer: PresentPacker) => boolean
}

/** What is next in turn among those that a packer is free for; undefined while nothing can be handed out. */
export const nextHandOut = (floor: Floor): HandOut | undefined => {
  for (const build of inTurn(floor)) {
    const [packer] = freePackers(build, floor)
    if (packer) return { build, packer }
  }
  return undefined
}

/**
 * The more urgent first; of those alike, of the service with the fewest builds at work, then of the one whose last turn
 * is longest ago: however many builds one service asks for, another waits for one of them at most.
 */
export const inTurn = ({
  queued,
  busy,
  lastTurn,
}: Pick<Floor, 'queued' | 'busy' | 'lastTurn'>): BuildRow[] => {
  const atWork = new Map<string, number>()
  for (const { service } of busy) atWork.set(service, (atWork.get(service) ?? 0) + 1)
  // Asked once for each service: a queue has many builds of few.
  const turns = new Map(
    [...new Set(queued.map(({ service }) => service))].map((name) => [name, lastTurn(name)]),
  )
  return queued
    .map((build) => ({
      build,
      order: [build.priority, atWork.get(build.service) ?? 0, turns.get(build.service) ?? 0, build.id],
    }))
    .sort((a, b) => compare(a.order, b.order))
    .map(({ build }) => build)
}

const compare = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((value, index) => value !== b[index])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/** The least busy first. A packer builds a service in one directory, so it has one build of it at a time. */
const freePackers = (build: BuildRow, { packers, busy, refused }: Floor): PresentPacker[] => {
  const load = (packer: PresentPacker): number => busy.filter((each) => each.packer === packer.id).length
  return packers
    .filter((packer) => hasLabels(packer.labels, build.labels))
    .filter((packer) => load(packer) < packer.capacity && !refused(build, packer))
    .filter((packer) => !busy.some((each) => each.packer === packer.id && each.service === build.service))
    .sort((a, b) => load(a) / a.capacity - load(b) / b.capacity)
}
