import type { KeyObject } from 'node:crypto'
import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import type { HostConfig } from '../../shared/domain/settings.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import type { Logger } from '../../shared/log.ts'
import { lookNowMessage } from '../../shared/messages/assignments.ts'
import { orderMessage, type SignedOrder } from '../../shared/messages/order.ts'
import { signOrder } from '../../shared/signing/orders.ts'
import { artifactRefOf } from '../db/artifacts.ts'
import type { Assignment } from '../db/assignments.ts'
import type { Store } from '../db/store.ts'
import type { Settings } from '../settings/settings.ts'

/** How long a host may take an order, by its own clock: clocks may differ by minutes, and one that missed it gets a fresh one. */
export const orderTtlMs = 15 * 60_000

/** The way to the hosts. */
type Publisher = Pick<NatsBus, 'publish'>

export interface OrderDeskOptions {
  readonly store: Store
  readonly bus: Publisher
  readonly key: KeyObject
  readonly settings: Settings
  readonly log: Logger
  readonly now?: () => number
}

/** So many characters of orders go into one answer, which has to fit into a message; the first goes whatever its size. */
const answerRoom = 190 * 1024

/** Turns assignments into signed orders, and sends them: one to each host, never a broadcast that 10,000 must read. */
export class OrderDesk {
  readonly #store: Store
  readonly #bus: Publisher
  readonly #key: KeyObject
  readonly #settings: Settings
  readonly #log: Logger
  readonly #now: () => number

  constructor({ store, bus, key, settings, log, now = Date.now }: OrderDeskOptions) {
    this.#store = store
    this.#bus = bus
    this.#key = key
    this.#settings = settings
    this.#log = log
    this.#now = now
  }

  send(hostId: string, service: string): void {
    const assignment = this.#store.read.assignments.get(hostId, service)
    const order = assignment && this.#sign(assignment)
    if (order) this.#bus.publish(orderMessage, { host: hostId }, order)
  }

  /** What a host should have, freshly signed: of the services after `after`, in the order of their names, as much as one answer holds. */
  ordersOf(hostId: string, after = ''): { orders: SignedOrder[]; next?: string } {
    const orders: SignedOrder[] = []
    let room = answerRoom
    let last = after
    for (const assignment of this.#store.read.assignments.ofHost(hostId)) {
      const order = assignment.service > after ? this.#sign(assignment) : undefined
      if (!order) continue
      room -= order.payload.length
      if (room < 0 && orders.length > 0) return { orders, next: last }
      orders.push(order)
      last = assignment.service
    }
    return { orders }
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
    const { hostId: host, service, seq, phase, deployId, digest } = assignment
    const artifact = this.#store.read.artifacts.get(digest)
    if (!artifact) return undefined
    const issuedAt = this.#now()
    try {
      const content = {
        v: 1,
        host,
        service,
        seq,
        phase,
        deployId,
        artifact: artifactRefOf(artifact),
      } as const
      const times = { issuedAt, expiresAt: issuedAt + orderTtlMs }
      return signOrder({ ...content, ...this.#configOf(assignment), ...times }, this.#key)
    } catch (error) {
      // Without its settings it is not sent; the other services of the host are none the worse for it.
      this.#log.error({ service, host, err: messageOf(error) }, 'order not made')
      return undefined
    }
  }

  #configOf({ hostId, service, config }: Assignment): { config?: HostConfig } {
    if (config === null) return {}
    const host = this.#store.read.agents.get(hostId)
    if (!host) throw new PersonError('not-found', `There is no host ${hostId}.`)
    return { config: this.#settings.configFor(service, config, host) }
  }
}
