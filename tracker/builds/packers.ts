import type * as z from 'zod'
import type { packerHeartbeatMessage } from '../../shared/messages/build.ts'

export type Heartbeat = z.output<typeof packerHeartbeatMessage.payload>

/** A packer as its last heartbeat told. */
export interface PresentPacker extends Pick<Heartbeat, 'capacity' | 'labels' | 'sandbox'> {
  readonly id: string
  readonly heardAt: number
}

/** A packer that has said nothing for so long, some seven heartbeats, is gone, and what it had is asked of another. */
export const packerLeaseMs = 15_000

/** The packers that are there, by their heartbeats: a tracker that has just started knows none until they come. */
export class Packers {
  readonly #heard = new Map<string, PresentPacker>()

  hear(id: string, { capacity, labels, sandbox }: Heartbeat, now: number): void {
    this.#heard.set(id, { id, capacity, labels, sandbox, heardAt: now })
  }

  present(now: number): PresentPacker[] {
    return [...this.#heard.values()].filter(({ heardAt }) => now - heardAt <= packerLeaseMs)
  }

  get(id: string): PresentPacker | undefined {
    return this.#heard.get(id)
  }
}
