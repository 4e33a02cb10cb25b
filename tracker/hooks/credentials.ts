import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { HookSource } from '../../shared/domain/hook.ts'
import type { Hook } from '../db/hooks.ts'
import { seal, unseal } from '../sealed.ts'
import { hashToken } from '../tokens.ts'

/** What of a hook nobody may see. */
const Secrets = z.strictObject({
  /** The key of its signatures; none of a trigger. */
  secret: z.string().optional(),
  /** The forge’s, by which it is told how builds go. */
  statusToken: z.string().optional(),
})
type Secrets = z.infer<typeof Secrets>

/** What is stored of a hook’s credentials, and what is shown of them once. */
export interface Credentials {
  readonly stored: { readonly keyHash: string; readonly sealed: Buffer }
  /** The last part of its URL. */
  readonly key: string
  readonly secret?: string
}

export const newCredentials = (
  { name, source }: Pick<Hook, 'name' | 'source'>,
  statusToken: string | undefined,
  sealKey: string,
): Credentials => {
  const key = randomBytes(32).toString('base64url')
  const secret = newSecret(source)
  const secrets = {
    ...(secret === undefined ? {} : { secret }),
    ...(statusToken === undefined ? {} : { statusToken }),
  }
  return {
    stored: { keyHash: hashToken(key), sealed: seal(secrets satisfies Secrets, sealKey, aboutOf(name)) },
    key,
    ...(secret === undefined ? {} : { secret }),
  }
}

/** Throws when the tracker's key is not the one that it was sealed with. */
export const openSecrets = ({ sealed, name }: Pick<Hook, 'sealed' | 'name'>, sealKey: string): Secrets => {
  try {
    return Secrets.parse(unseal(sealed, sealKey, aboutOf(name)))
  } catch (error) {
    throw new Error('its secrets cannot be read with the keys of this tracker: remove it and add it again', {
      cause: error,
    })
  }
}

/** GitLab takes its secret for a token that it sends along, and for a key that it signs with: in the form of the latter. */
const newSecret = (source: HookSource): string | undefined => {
  if (source === 'trigger') return undefined
  const bytes = randomBytes(32)
  return source === 'gitlab' ? `whsec_${bytes.toString('base64')}` : `ats_${bytes.toString('base64url')}`
}

const aboutOf = (name: string): string => `the secrets of hook ${name}`
