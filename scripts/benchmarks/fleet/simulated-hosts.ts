import { NatsBus } from '../../../shared/adapters/nats-bus.ts'
import type { InstallState } from '../../../shared/domain/install-state.ts'
import { createLogger } from '../../../shared/log.ts'
import { answerCall, questionMessage } from '../../../shared/messages/ask.ts'
import { hostEventsCall, type HostEvent } from '../../../shared/messages/host-events.ts'
import { Order, orderMessage } from '../../../shared/messages/order.ts'
import { versionReportCall } from '../../../shared/messages/version-report.ts'
import { Parts } from '../../../shared/parts.ts'
import type { SimulatedAgent } from './populate.ts'

const answerWithinMs = 60_000
const atOnce = 200

const stagedBy: readonly InstallState[] = ['accepted', 'fetching', 'verifying', 'unpacking', 'staged']
const activatedBy: readonly InstallState[] = ['stopping', 'switching', 'starting', 'checking', 'committed']

/** What a host does about an order. */
export type CarryOut = (bus: NatsBus, order: Order) => Promise<void>

/** Connects every host on its own connection, and has each answer its orders as a grabber would: step by step, if not told otherwise. */
export const connectFleet = async (
  url: string,
  agents: readonly SimulatedAgent[],
  carryOut: CarryOut = stepByStep,
): Promise<Parts> => {
  const parts = new Parts()
  for (let first = 0; first < agents.length; first += atOnce) {
    const some = agents.slice(first, first + atOnce)
    await Promise.all(some.map(async (agent) => parts.use(await connectHost(url, agent, carryOut))))
  }
  return parts
}

const connectHost = async (
  url: string,
  { id, seed }: SimulatedAgent,
  carryOut: CarryOut,
): Promise<NatsBus> => {
  const bus = await NatsBus.connect({
    url,
    id,
    seed: new TextDecoder().decode(seed),
    log: createLogger('bench', 'error'),
    connectTimeoutMs: 30_000,
  })
  await report(bus, id, [])
  bus.subscribe(orderMessage, { host: id }, (signed) => {
    void carryOut(bus, Order.parse(JSON.parse(Buffer.from(signed.payload, 'base64').toString('utf8'))))
  })
  bus.subscribe(questionMessage, { host: id }, ({ id: question, release }) => {
    const filesystem = { free: 1e9, needed: 1e6 }
    const room = { services: filesystem, state: filesystem }
    const answer = { v: 1 as const, id: question, pulls: release?.size ?? 0, room }
    void bus.call(answerCall, { host: id }, answer, answerWithinMs)
  })
  await bus.flush()
  return bus
}

const stepByStep: CarryOut = async (bus, order) => {
  for (const state of order.phase === 'stage' ? stagedBy : activatedBy) await tell(bus, order, [state])
  if (order.phase === 'activate') await report(bus, order.host, [order])
}

/** Delivers steps in one message, as a grabber does with what has gathered. */
export const tell = async (bus: NatsBus, order: Order, states: readonly InstallState[]): Promise<void> => {
  const { host, service, seq, deployId } = order
  const events = states.map((state): HostEvent => {
    const id = `${service}-${seq}-${state}`
    return { id, at: Date.now(), service, deployId, seq, state }
  })
  await bus.call(hostEventsCall, { host }, { v: 1, events }, answerWithinMs)
}

/** Tells what runs now: what the orders were about. */
export const report = async (bus: NatsBus, host: string, running: readonly Order[]): Promise<void> => {
  const services = running.map(({ service, artifact }) => ({
    service,
    current: artifact.digest,
    running: artifact.digest,
    health: 'healthy' as const,
  }))
  await bus.call(
    versionReportCall,
    { host },
    { v: 1, at: Date.now(), grabber: 'bench', bootId: host, services },
    answerWithinMs,
  )
}
