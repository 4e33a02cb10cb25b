import { createUser, fromPublic } from 'nkeys.js'
import { expect, test } from 'vitest'
import { nkeyAuthenticator } from './nkey-authenticator.ts'

test('the answer to a nonce is one that the library of NATS accepts, with the same public key', () => {
  for (let round = 0; round < 20; round++) {
    const pair = createUser()
    const answer = nkeyAuthenticator(Buffer.from(pair.getSeed()).toString())('a nonce') as {
      nkey: string
      sig: string
    }
    expect(answer.nkey).toBe(pair.getPublicKey())
    const signature = Buffer.from(answer.sig, 'base64url')
    expect(fromPublic(answer.nkey).verify(Buffer.from('a nonce'), signature)).toBe(true)
  }
})
