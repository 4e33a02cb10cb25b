import type { KeyObject } from 'node:crypto'
import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { lookNowMessage } from '../../shared/messages/assignments.ts'
import { orderMessage, type SignedOrder } from '../../shared/messages/order.ts'
import { signOrder } from '../../shared/signing/orders.ts'
import { artifactRefOf } from '../db/artifacts.ts'
import type { Assignment } from '../db/assignments.ts'
import type { Store } from '../db/store.ts'

/** How long a host may take an order, by its own clock: clocks may differ by minutes, and one that missed it gets a fresh one. */
export const orderTtlMs = 15 * 60_000

/** The way to the hosts. */
type Publisher = Pick<NatsBus, 'publish'>

/** Turns assignments into signed orders, and sends them: one to each host, never a broadcast that 10,000 must read. */
export class OrderDesk {
  readonly #store: Store
  readonly #bus: Publisher
  readonly #key: KeyObject
  readonly #now: () => number

  constructor(store: Store, bus: Publisher, key: KeyObject, now: () => number = Date.now) {
    this.#store = store
    this.#bus = bus
    this.#key = key
    this.#now = now
  }

  send(hostId: string, service: string): void {
    const assignment = this.#store.read.assignments.get(hostId, service)
    const order = assignment && this.#sign(assignment)
    if (order) this.#bus.publish(orderMessage, { host: hostId }, order)
  }

  /** All that a host should have, freshly signed. */
  ordersOf(hostId: string): SignedOrder[] {
    return this.#store.read.assignments.ofHost(hostId).flatMap((assignment) => this.#sign(assignment) ?? [])
  }

  /** Tells whole clusters to ask: for orders that seem to have been lost. */
  remind(clusters: readonly string[]): void {
    for (const cluster of clusters) this.#bus.publish(lookNowMessage, { cluster }, { v: 1 })
  }

  /** Tells all hosts that the tracker answers again: what they asked while it was away is lost, and they need not wait for it. */
  announceRestart(): void {
    const clusters = new Set(this.#store.read.agents.hosts().map((host) => host.cluster))
    for (const cluster of clusters) {
      this.#bus.publish(lookNowMessage, { cluster }, { v: 1, restarted: true })
    }
  }

  #sign(assignment: Assignment): SignedOrder | undefined {
    const artifact = this.#store.read.artifacts.get(assignment.digest)
    if (!artifact) return undefined
    const issuedAt = this.#now()
    return signOrder(
      {
        v: 1,
        host: assignment.hostId,
        service: assignment.service,
        seq: assignment.seq,
        phase: assignment.phase,
        deployId: assignment.deployId,
        artifact: artifactRefOf(artifact),
        issuedAt,
        expiresAt: issuedAt + orderTtlMs,
      },
      this.#key,
    )
  }
}
