import { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { fault, ok, warning } from '../../shared/doctor/examination.ts'
import { count } from '../../shared/wording.ts'
import type { Finding } from '../../shared/domain/check.ts'
import { PersonError } from '../../shared/errors.ts'
import { createLogger } from '../../shared/log.ts'
import { assignmentsCall } from '../../shared/messages/assignments.ts'
import type { Order } from '../../shared/messages/order.ts'
import { decodePublicKey } from '../../shared/signing/keys.ts'
import { openOrder } from '../../shared/signing/orders.ts'
import type { HostIdentity } from '../identity.ts'

const answerWithinMs = 5000
const clockOffMs = 5 * 60_000

/** Connects as the grabber does, beside it, and asks what the grabber asks. Throws what is wrong on the way. */
export const askForOrders = async (identity: HostIdentity): Promise<Order[]> => {
  const { natsUrl: url, seed, id } = identity
  await using bus = await NatsBus.connect({ url, seed, id, log: createLogger('doctor', 'silent') })
  const { orders } = await bus
    .call(assignmentsCall, { host: id }, { v: 1 }, answerWithinMs)
    .catch((error: unknown) => {
      throw error instanceof PersonError && error.code === 'unavailable' ? trackerIsAway(url, error) : error
    })
  const key = decodePublicKey(identity.orderKey)
  return orders.map((signed) => openOrder(signed, key))
}

export const judgeOrders = (orders: readonly Order[]): Finding =>
  ok(`The tracker answers, and has ${count(orders.length, 'order')} for this host.`)

/** An order is made when it is asked for, so it tells what time it is at the tracker. */
export const judgeClock = (orders: readonly Order[], now: number): Finding => {
  const [order] = orders
  if (!order) return ok('It is not known: the tracker has no order for this host yet.')
  const ahead = now - order.issuedAt
  const minutes = `${Math.round(Math.abs(ahead) / 60_000)} min ${ahead > 0 ? 'ahead of' : 'behind'}`
  if (Math.abs(ahead) <= clockOffMs) return ok('It agrees with the tracker’s.')
  const refused = now > order.expiresAt
  return (refused ? fault : warning)(
    `This host’s clock is ${minutes} the tracker’s${refused ? ', so it refuses every order as expired' : ''}.`,
    'Set it by NTP: timedatectl set-ntp true',
  )
}

const trackerIsAway = (url: string, cause: PersonError): PersonError =>
  new PersonError('unavailable', `NATS at ${url} lets this host in, but the tracker does not answer.`, {
    hint: 'At the tracker: systemctl status tracker; tracker doctor',
    cause,
  })
