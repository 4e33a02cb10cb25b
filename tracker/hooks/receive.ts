import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { PersonError } from '../../shared/errors.ts'
import type { Delivery, NewDelivery } from '../db/deliveries.ts'
import type { Hook } from '../db/hooks.ts'
import type { Writing } from '../db/store.ts'
import { noSuchHook } from './find-hook.ts'
import type { HooksContext } from './context.ts'
import { openSecrets } from './credentials.ts'
import { isTag, nameOf, type Push, type Reading } from './push.ts'
import { reasonToSkip } from './rules.ts'
import type { HookCall } from './sources/source.ts'
import { sources } from './sources/sources.ts'

const longestKey = 300

/**
 * Takes a call in: proven, understood, and written down as a delivery before it is answered; what takes time comes later. What
 * comes again is the delivery that it was, taken up anew only if that failed. Throws PersonErrors, and notes that it did.
 */
export const receive = async (context: HooksContext, hook: Hook, call: HookCall): Promise<Delivery> => {
  const { store, now } = context
  const reading = await understood(context, hook, call).catch(async (error: unknown) => {
    const refusal = error instanceof z.ZodError ? misshapen(hook, error) : error
    if (refusal instanceof PersonError)
      await store.write((writing) => writing.hooks.refused(hook.id, refusal.message, now()))
    throw refusal
  })
  const key = (sources[hook.source].keyOf(call, reading) ?? randomUUID()).slice(0, longestKey)
  return store.write((writing) => {
    if (!writing.hooks.get(hook.id)) throw noSuchHook()
    return writing.deliveries.byKey(hook.id, key)
      ? againOrNot(writing, hook, key)
      : required(writing, writing.deliveries.insert({ ...deliveryOf(hook, reading, writing.now), key }))
  })
}

const understood = async ({ key, now }: HooksContext, hook: Hook, call: HookCall): Promise<Reading> => {
  const source = sources[hook.source]
  source.verify(call, openSecrets(hook, key).secret ?? '', now())
  return Promise.resolve(source.read(call.headers, payloadOf(call)))
}

/** GitHub, Gitea and Forgejo can send it as a form too, in a field of its own; curl calls all that it sends a form. */
const payloadOf = ({ headers, body }: HookCall): unknown => {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const field = isForm ? new URLSearchParams(body.toString()).get('payload') : null
  const text = field ?? body.toString()
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new PersonError('usage', 'The body of the call is not JSON.', {
      hint: 'Choose application/json as content type where the webhook is set up.',
      cause: error,
    })
  }
}

const misshapen = ({ source }: Hook, error: z.ZodError): PersonError => {
  const [issue] = error.issues
  const field = issue?.path.join('.') ?? ''
  return new PersonError(
    'invalid',
    `What came is not a push as ${source} tells it: ${field === '' ? '' : `${field}: `}${issue?.message ?? ''}.`,
    {
      hint: 'See docs/webhooks.md for what this kind of hook takes.',
      ...(field === '' ? {} : { field }),
      cause: error,
    },
  )
}

const deliveryOf = (hook: Hook, reading: Reading, at: number): Omit<NewDelivery, 'key'> => {
  const common = { hookId: hook.id, at }
  if ('nothing' in reading)
    return { ...common, what: 'no push', ref: null, push: null, state: 'skipped', why: reading.nothing }
  const { push } = reading
  const why = reasonToSkip(hook, push)
  return {
    ...common,
    what: whatOf(hook, push),
    ref: push.ref,
    push: JSON.stringify(push),
    state: why === undefined ? 'waiting' : 'skipped',
    why: why ?? null,
  }
}

const whatOf = ({ source }: Hook, { ref, by }: Push): string => {
  const what = ref === 'HEAD' ? 'the default branch' : `${isTag(ref) ? 'tag ' : ''}${nameOf(ref)}`
  const verb = source === 'trigger' || source === 'generic' ? 'asked for' : 'push of'
  return `${verb} ${what}${by === undefined ? '' : ` by ${by}`}`
}

const againOrNot = (writing: Writing, hook: Hook, key: string): Delivery => {
  const before = writing.deliveries.byKey(hook.id, key)
  if (before?.state === 'failed') writing.deliveries.again(before.id, writing.now)
  return required(writing, before?.id ?? 0)
}

const required = (writing: Writing, id: number): Delivery => {
  const delivery = writing.deliveries.get(id)
  if (!delivery) throw new Error(`delivery ${id} was not stored`)
  return delivery
}
