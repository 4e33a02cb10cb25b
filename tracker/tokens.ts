import { createHash, randomBytes } from 'node:crypto'

/** A secret that says by its first letters that it is one of ours. 256 bits, so its hash needs no salt and no slow function. */
export const newToken = (): string => `at_${randomBytes(32).toString('base64url')}`

/** What is stored of a token. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')
