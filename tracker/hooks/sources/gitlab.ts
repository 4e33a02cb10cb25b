import * as z from 'zod'
import { pushOf } from '../push.ts'
import { hmac, isSame, requireFresh, unsigned, wrong } from './proof.ts'
import { header, type HookCall, type Source } from './source.ts'

const Text = z.string().max(2000)

const PushEvent = z.looseObject({
  object_kind: z.enum(['push', 'tag_push']),
  ref: Text,
  before: Text,
  after: Text,
  user_username: Text.nullish(),
  project: z.looseObject({
    web_url: Text.optional(),
    git_http_url: Text.optional(),
    git_ssh_url: Text.optional(),
    default_branch: Text.nullish(),
  }),
  commits: z.array(z.looseObject({ id: Text, message: z.string() })).nullish(),
})

/** https://docs.gitlab.com/user/project/integrations/webhook_events/ */
export const gitlab: Source = {
  /** By its signing token where it has one, else by its secret token; a signature that is there must be right. */
  verify: (call, secret, now) =>
    call.headers['webhook-signature'] === undefined
      ? requireToken(call, secret)
      : requireSignature(call, secret, now),
  read: (headers, payload) => {
    const kind = z.looseObject({ object_kind: Text.optional() }).parse(payload).object_kind
    if (kind !== 'push' && kind !== 'tag_push') {
      const event = header(headers, 'x-gitlab-event') ?? kind ?? ''
      return { nothing: `There is nothing to do about the event '${event}'.` }
    }
    const { ref, before, after, user_username: by, project, commits } = PushEvent.parse(payload)
    return pushOf({
      ref,
      before,
      after,
      message: commits?.find(({ id }) => id === after)?.message,
      by: by ?? undefined,
      repos: [project.git_http_url, project.git_ssh_url, project.web_url],
      defaultBranch: project.default_branch ?? undefined,
    })
  },
  /** One push of several branches makes several calls, all with the UUID of that one event. */
  keyOf: ({ headers }, reading) => {
    const key = header(headers, 'idempotency-key') ?? header(headers, 'webhook-id')
    const event = header(headers, 'x-gitlab-event-uuid')
    if (key !== undefined || event === undefined) return key
    return 'push' in reading ? `${event} ${reading.push.ref} ${reading.push.commit ?? ''}` : event
  },
}

const requireToken = ({ headers }: HookCall, secret: string): void => {
  const token = header(headers, 'x-gitlab-token')
  if (token === undefined) throw unsigned('X-Gitlab-Token')
  if (!isSame(token, secret)) throw wrong('X-Gitlab-Token')
}

/** As Standard Webhooks has it. */
const requireSignature = ({ headers, body }: HookCall, secret: string, now: number): void => {
  const [id = '', timestamp = ''] = ['webhook-id', 'webhook-timestamp'].map((name) => header(headers, name))
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = `v1,${hmac(key, 'base64', `${id}.${timestamp}.`, body)}`
  const signatures = (header(headers, 'webhook-signature') ?? '').split(' ')
  if (!signatures.some((signature) => isSame(signature, expected))) throw wrong('webhook-signature')
  requireFresh('webhook-timestamp', timestamp, now)
}
