import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto'
import type { Authenticator } from 'nats'

/**
 * Proves to a NATS server that this client holds the seed of a user's nkey. Node does the arithmetic: the JavaScript of the nats
 * package takes 9 MB of memory for its first signature, on hosts where every one counts.
 */
export const nkeyAuthenticator = (seed: string): Authenticator => {
  const key = privateKeyOf(seed)
  const nkey = publicNkeyOf(key)
  return (nonce) => ({ nkey, sig: sign(null, Buffer.from(nonce ?? ''), key).toString('base64url') })
}

/** What PKCS #8 puts before the 32 bytes of an Ed25519 private key. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
/** The first byte of a user's public nkey: it makes the text begin with U. */
const userPrefix = 0xa0

/** A seed is two bytes of type, the key, and two of checksum. */
const privateKeyOf = (seed: string): KeyObject =>
  createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, fromBase32(seed).subarray(2, 34)]),
    format: 'der',
    type: 'pkcs8',
  })

const publicNkeyOf = (key: KeyObject): string => {
  const raw = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32)
  const body = Buffer.concat([Buffer.from([userPrefix]), raw])
  const checksum = Buffer.alloc(2)
  checksum.writeUInt16LE(crc16(body))
  return toBase32(Buffer.concat([body, checksum]))
}

const crc16 = (bytes: Buffer): number =>
  bytes.reduce((sum, byte) => {
    let crc = sum ^ (byte << 8)
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff
    return crc
  }, 0)

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

const toBase32 = (bytes: Buffer): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet.charAt(Number.parseInt(five, 2))).join('')
}

const fromBase32 = (text: string): Buffer => {
  const bits = Array.from(text)
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
