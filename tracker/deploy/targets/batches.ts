import type { HostCount, Rollout } from '../../../shared/domain/rollout.ts'
import { shareOf } from '../rollout/share.ts'

/** In which batch each of so many hosts is: 0 for the canaries, then 1, 2, … */
export const batchesOf = ({ canary, batch }: Pick<Rollout, 'canary' | 'batch'>, hosts: number): number[] => {
  const ends = Array.isArray(batch) ? listed(batch, canary, hosts) : equal(batch, canary, hosts)
  return Array.from({ length: hosts }, (_, index) =>
    index < canary ? 0 : 1 + ends.findIndex((end) => index < end),
  )
}

/** Batches of one size, after the canaries; by how many hosts each one ends. */
const equal = (size: HostCount, canary: number, hosts: number): number[] => {
  const step = countOf(size, hosts)
  const batches = Math.max(0, Math.ceil((hosts - canary) / step))
  return Array.from({ length: batches }, (_, index) => canary + step * (index + 1))
}

/** How many hosts are to be reached after each batch; what is left over is the last one. */
const listed = (ends: readonly HostCount[], canary: number, hosts: number): number[] => {
  const counts = ends.map((end) => countOf(end, hosts)).filter((end) => end > canary)
  return [...new Set([...counts, hosts])].sort((a, b) => a - b)
}

/** `25%` of the hosts, rounded up, at least one; or the number itself. */
const countOf = (count: HostCount, hosts: number): number =>
  typeof count === 'number' ? count : Math.max(1, Math.ceil(shareOf(count, hosts)))
