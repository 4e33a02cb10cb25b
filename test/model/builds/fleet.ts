import { createPublicKey } from 'node:crypto'
import type { NatsBus } from '../../../shared/adapters/nats-bus.ts'
import { orderMessage } from '../../../shared/messages/order.ts'
import { generatePrivateKey } from '../../../shared/signing/keys.ts'
import { openOrder } from '../../../shared/signing/orders.ts'
import type { Store } from '../../../tracker/db/store.ts'
import { recordHostEvents } from '../../../tracker/deploy/targets/host-events.ts'
import type { Presence } from '../../../tracker/fleet/presence.ts'
import { recordVersionReport } from '../../../tracker/deploy/targets/version-reports.ts'
import type { Random } from '../../faults/random.ts'
import { SimulatedHost } from '../simulated-host.ts'

/** One host for each service. All that is said arrives: the model of deploys sees to the rest. */
export class Fleet {
  readonly key = generatePrivateKey()
  readonly hosts: readonly SimulatedHost[]
  readonly #publicKey = createPublicKey(this.key)
  readonly #now: () => number

  constructor(services: readonly string[], random: Random, now: () => number) {
    this.hosts = services.map((service, index) => new SimulatedHost(index + 1, service, random))
    this.#now = now
  }

  readonly publish: NatsBus['publish'] = (message, parameters, payload) => {
    const { host: id } = parameters as { host?: string }
    if (message.name !== orderMessage.name) {
      for (const host of this.hosts) host.hasToAsk = true
      return
    }
    const order = openOrder(orderMessage.payload.parse(payload), this.#publicKey)
    this.hosts.find((host) => host.id === id)?.accept(order, this.#now())
  }

  /** From now on all works. */
  bless(): void {
    for (const host of this.hosts) host.isBlessed = true
  }

  tick(): void {
    for (const host of this.hosts) host.tick(this.#now())
  }

  /** Hosts do what there is to do, and what they say arrives. */
  async flow(store: Store, presence: Presence): Promise<void> {
    for (const host of this.hosts) {
      host.act(this.#now())
      if (host.outbox.length === 0 && !host.hasToReport) continue
      const agent = store.read.agents.get(host.id)
      if (!agent) throw new Error(`${host.name} is not enrolled`)
      const events = host.outbox.splice(0)
      const report = host.hasToReport ? host.report(this.#now()) : undefined
      await store.write((writing) => {
        recordHostEvents(writing, agent, events)
        if (report) recordVersionReport(writing, agent, report, presence.heard(host.id, report.at))
      })
    }
  }
}
