import { hmac, isSame, unsigned, wrong } from './proof.ts'
import { readPush } from './github.ts'
import { header, type Source } from './source.ts'

/** Forgejo is a fork: it sends Gitea’s headers and its own. */
export const gitea: Source = {
  verify: ({ headers, body }, secret) => {
    const name = headers['x-forgejo-signature'] === undefined ? 'X-Gitea-Signature' : 'X-Forgejo-Signature'
    const signature = header(headers, name.toLowerCase())
    if (signature === undefined) throw unsigned(name)
    if (!isSame(signature, hmac(secret, 'hex', body))) throw wrong(name)
  },
  read: (headers, payload) => {
    const event = header(headers, 'x-forgejo-event') ?? header(headers, 'x-gitea-event') ?? ''
    return event === 'push'
      ? readPush(payload)
      : { nothing: `There is nothing to do about the event '${event}'.` }
  },
  keyOf: ({ headers }) => header(headers, 'x-forgejo-delivery') ?? header(headers, 'x-gitea-delivery'),
}
