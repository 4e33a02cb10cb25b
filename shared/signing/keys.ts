import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'

/** A public key in one line: base64 of its SPKI encoding. */
export const encodePublicKey = (key: KeyObject): string =>
  key.export({ type: 'spki', format: 'der' }).toString('base64')

export const decodePublicKey = (text: string): KeyObject =>
  createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' })

export const encodePrivateKey = (key: KeyObject): string =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString()

export const decodePrivateKey = (pem: string): KeyObject => createPrivateKey(pem)

export const generatePrivateKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey

const keyIds = new WeakMap<KeyObject, string>()

/** Names a key in a signature: the first 16 hex digits of the SHA-256 of its public part. */
export const keyIdOf = (key: KeyObject): string => {
  const known = keyIds.get(key) ?? computeKeyId(key)
  keyIds.set(key, known)
  return known
}

const computeKeyId = (key: KeyObject): string => {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16)
}
