import * as z from 'zod'
import { pushOf } from '../push.ts'
import { hmac, isSame, unsigned, wrong } from './proof.ts'
import { header, type Source } from './source.ts'

const Text = z.string().max(2000)

/** Of a push, what GitHub, Gitea and Forgejo call the same. */
export const PushEvent = z.looseObject({
  ref: Text,
  before: Text.optional(),
  after: Text,
  /** Null where a ref was deleted. */
  head_commit: z.looseObject({ message: z.string() }).nullish(),
  commits: z.array(z.looseObject({ id: Text, message: z.string() })).nullish(),
  repository: z.looseObject({
    html_url: Text.optional(),
    clone_url: Text.optional(),
    ssh_url: Text.optional(),
    default_branch: Text.optional(),
  }),
  pusher: z.looseObject({ name: Text.optional(), login: Text.optional() }).nullish(),
})

export const readPush = (payload: unknown) => {
  const { ref, before, after, head_commit: head, commits, repository, pusher } = PushEvent.parse(payload)
  return pushOf({
    ref,
    before,
    after,
    message: (head ?? commits?.find(({ id }) => id === after))?.message,
    by: pusher?.login ?? pusher?.name,
    repos: [repository.clone_url, repository.ssh_url, repository.html_url],
    defaultBranch: repository.default_branch,
  })
}

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads */
export const github: Source = {
  verify: ({ headers, body }, secret) => {
    const name = 'X-Hub-Signature-256'
    const signature = header(headers, 'x-hub-signature-256')
    if (signature === undefined) throw unsigned(name)
    if (!isSame(signature, `sha256=${hmac(secret, 'hex', body)}`)) throw wrong(name)
  },
  read: (headers, payload) => {
    const event = header(headers, 'x-github-event') ?? ''
    if (event === 'ping') return { nothing: 'A ping: the hook is set up.' }
    return event === 'push'
      ? readPush(payload)
      : { nothing: `There is nothing to do about the event '${event}'.` }
  },
  keyOf: ({ headers }) => header(headers, 'x-github-delivery'),
}
