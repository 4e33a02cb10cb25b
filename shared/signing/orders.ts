import { sign, verify, type KeyObject } from 'node:crypto'
import { PersonError } from '../errors.ts'
import type { SignedOrder } from '../messages/order.ts'
import { Order } from '../messages/order.ts'
import { keyIdOf } from './keys.ts'

/** Says what the signed bytes are, so that a signature made for another purpose never passes for an order (as DSSE does). */
const purpose = Buffer.from('at-order-v1\n')

const signedBytes = (payload: Buffer): Buffer => Buffer.concat([purpose, payload])

export const signOrder = (order: Order, key: KeyObject): SignedOrder => {
  const payload = Buffer.from(JSON.stringify(order))
  return {
    payload: payload.toString('base64'),
    keyId: keyIdOf(key),
    signature: sign(null, signedBytes(payload), key).toString('base64'),
  }
}

/** The order, once its signature has been checked. Throws a `forbidden` PersonError when it was not made by `key`. */
export const openOrder = (signed: SignedOrder, key: KeyObject): Order => {
  const payload = Buffer.from(signed.payload, 'base64')
  const genuine =
    signed.keyId === keyIdOf(key) &&
    verify(null, signedBytes(payload), key, Buffer.from(signed.signature, 'base64'))
  if (!genuine) {
    throw new PersonError(
      'forbidden',
      `An order with key ${signed.keyId} is not signed by this host's tracker.`,
      {
        hint: 'If the tracker was set up anew, enrol this host again.',
      },
    )
  }
  return Order.parse(JSON.parse(payload.toString('utf8')))
}
