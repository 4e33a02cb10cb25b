import { describe, expect, test } from 'vitest'
import { exampleArtifact, type Order } from '../messages/order.ts'
import { generatePrivateKey } from './keys.ts'
import { openOrder, signOrder } from './orders.ts'
import { createPublicKey } from 'node:crypto'

const order: Order = {
  v: 1,
  host: 'h0123456789ab',
  service: 'web',
  seq: 3,
  phase: 'activate',
  deployId: 12,
  artifact: exampleArtifact,
  issuedAt: 1,
  expiresAt: 2,
}
const key = generatePrivateKey()
const publicKey = createPublicKey(key)

describe('a signed order', () => {
  test('opens with the public part of the key that signed it', () => {
    expect(openOrder(signOrder(order, key), publicKey)).toEqual(order)
  })

  test('does not open with another key', () => {
    const other = createPublicKey(generatePrivateKey())
    expect(() => openOrder(signOrder(order, key), other)).toThrow(/not signed by this host's tracker/)
  })

  test('does not open when one byte of the payload was changed', () => {
    const signed = signOrder(order, key)
    const payload = Buffer.from(
      Buffer.from(signed.payload, 'base64').toString().replace('"seq":3', '"seq":4'),
    ).toString('base64')
    expect(() => openOrder({ ...signed, payload }, publicKey)).toThrow(/not signed/)
  })
})
