import { hasLabels } from '../../shared/domain/names.ts'
import type { BuildRow } from '../db/builds.ts'
import { noFittingPacker, noPacker } from './ask-packers.ts'
import type { PresentPacker } from './packers.ts'

/** How long a build waits for a packer that could do it to come before it fails. */
const patienceMs = 60_000

/** Builds that no packer there could do, however long they waited for room; a restart of the tracker gives each its full time. */
export class Unserved {
  readonly #since = new Map<number, number>()

  /** Those whose patience is over, and why. */
  given(
    queued: readonly BuildRow[],
    packers: readonly PresentPacker[],
    hasDeclined: (build: BuildRow, packer: PresentPacker) => boolean,
    now: number,
  ): [BuildRow, string][] {
    const waiting = new Map(
      queued.flatMap((build) => {
        const why = whyUnserved(build, packers, hasDeclined)
        return why === undefined ? [] : [[build, why] as const]
      }),
    )
    const ids = new Set([...waiting.keys()].map(({ id }) => id))
    for (const id of this.#since.keys()) if (!ids.has(id)) this.#since.delete(id)
    for (const id of ids) if (!this.#since.has(id)) this.#since.set(id, now)
    return [...waiting].filter(([{ id }]) => now - (this.#since.get(id) ?? now) > patienceMs)
  }
}

const whyUnserved = (
  build: BuildRow,
  packers: readonly PresentPacker[],
  hasDeclined: (build: BuildRow, packer: PresentPacker) => boolean,
): string | undefined => {
  if (packers.length === 0) return noPacker().message
  const fitting = packers.filter(({ labels }) => hasLabels(labels, build.labels))
  if (fitting.length === 0) return noFittingPacker(build.service, build.labels, packers).message
  if (!fitting.every((packer) => hasDeclined(build, packer))) return undefined
  return 'Each packer that is there would build it otherwise than the one that resolved it; give all of them the same versions of apptracker and of the tools that it needs, then build again.'
}
