import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/**
 * A value that only who has the secret can read again: the database holds no copy of it. `about` says what it is, and is sealed in:
 * in the place of another value it cannot be read.
 */
export const seal = (value: unknown, secret: string, about: string): Buffer => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, keyOf(secret), nonce).setAAD(Buffer.from(about))
  const sealed = cipher.update(deflateRawSync(JSON.stringify(value), { level: 1 }))
  return Buffer.concat([nonce, sealed, cipher.final(), cipher.getAuthTag()])
}

/** Throws when it was sealed with another secret, about something else, or changed. */
export const unseal = (sealed: Buffer, secret: string, about: string): unknown => {
  const decipher = createDecipheriv(algorithm, keyOf(secret), sealed.subarray(0, nonceBytes))
  decipher.setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(-tagBytes))
  const text = Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()])
  return JSON.parse(inflateRawSync(text).toString('utf8'))
}

const keyOf = (secret: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', 'apptracker: sealed', 32))
