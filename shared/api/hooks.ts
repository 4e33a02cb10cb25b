import * as z from 'zod'
import { BuildState, DeployState } from '../domain/deploy-state.ts'
import { Timestamp } from '../domain/event.ts'
import { DeliveryState, HookSource } from '../domain/hook.ts'
import { Commit, ServiceName, Version } from '../domain/names.ts'
import { why } from './common.ts'
import { HostSelection } from './hosts.ts'
import { defineRoute } from './route.ts'

export const HookName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'a hook’s name is 1 to 63 lower-case letters, digits and dashes, and starts with a letter or digit',
  )

/** `*` and `?` stand for letters of one name, `**` for any number of names: `release/*`, `packages/**`. */
export const Glob = z
  .string()
  .max(200)
  .regex(/^[^\s/:]([^\s:]*[^\s/:])?$/, 'a glob has no spaces and no colons, and no slash at its ends')
const Globs = z.array(Glob).max(20).default([])

/** Somebody who sees the token could write to the repo’s statuses: it goes by https, or within this machine. */
export const ForgeUrl = z
  .url({ protocol: /^https?$/, error: 'a forge is https://…, or http://… on the tracker’s own machine' })
  .max(500)
  .regex(
    /^(https:\/\/[^/?#@]+|http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?)(\/[^?#]*)?$/i,
    'a forge is https://…, or http://… on the tracker’s own machine, without user, query and fragment',
  )

export const StatusToken = z
  .string()
  .regex(/^[\x21-\x7e]{1,500}$/, 'a token is 1 to 500 visible ASCII characters, without spaces')

const NewHook = z.strictObject({
  name: HookName,
  service: ServiceName,
  from: HookSource,
  /** Which branches and tags are built; with neither, the repo’s default branch. */
  branches: Globs,
  tags: Globs,
  /** Of a branch it is built only if something changed in the service’s path, or here: from the top of the repo. */
  paths: Globs,
  /** The hosts that get what was built; nobody, when it is left out. */
  deploy: HostSelection.optional(),
  /** The forge’s token by which it is told how builds and deploys go. */
  statusToken: StatusToken.optional(),
  /** Where the forge is, if that does not follow from the service’s repo. */
  forgeUrl: ForgeUrl.optional(),
})

/** A call of a hook, and what came of it: also what the call itself is answered. */
export const DeliveryView = z.strictObject({
  id: z.int().positive(),
  at: Timestamp,
  /** `push of main by ann` */
  what: z.string(),
  state: DeliveryState,
  /** Why it is so, or what else is to be said of it. */
  why: z.string().optional(),
  version: Version.optional(),
  commit: Commit.optional(),
  build: z.strictObject({ id: z.int().positive(), state: BuildState, url: z.string() }).optional(),
  deploy: z.strictObject({ id: z.int().positive(), state: DeployState, url: z.string() }).optional(),
})
export type DeliveryView = z.infer<typeof DeliveryView>

/** What calls of a forge or a CI come in by. */
export const HookView = NewHook.omit({ statusToken: true, forgeUrl: true }).extend({
  createdBy: z.string(),
  createdAt: Timestamp,
  lastDelivery: DeliveryView.optional(),
  /** The last call that was not believed, or not understood. */
  refused: z.strictObject({ at: Timestamp, why: z.string() }).optional(),
  statuses: z
    .strictObject({
      /** The forge that is told: `https://github.com`. */
      to: z.string(),
      sentAt: Timestamp.optional(),
      /** Since when nothing arrives, and why not: while that is so. */
      failing: z.strictObject({ since: Timestamp, error: z.string() }).optional(),
    })
    .optional(),
})
export type HookView = z.infer<typeof HookView>

/** What to paste into the forge or the CI: shown this once. */
const shownOnce = {
  url: z.string(),
  /** The key of the signatures; none of a trigger, whose URL is all that it takes. */
  secret: z.string().optional(),
}

export const listHooks = defineRoute({
  method: 'GET',
  path: '/api/v1/hooks',
  summary: 'Hooks by name: what they build, and what came last',
  access: 'token',
  query: z.strictObject({ service: ServiceName.optional() }),
  response: z.strictObject({ hooks: z.array(HookView) }),
})

const params = z.strictObject({ name: HookName })

export const getHook = defineRoute({
  method: 'GET',
  path: '/api/v1/hooks/:name',
  summary: 'A hook with its last deliveries, newest first, and what came of each',
  access: 'token',
  params,
  response: HookView.extend({ deliveries: z.array(DeliveryView) }),
})

export const addHook = defineRoute({
  method: 'POST',
  action: 'hook.add',
  path: '/api/v1/hooks',
  summary: 'Let a forge or a CI have new code of a service built, and deployed if so wished',
  access: 'token',
  body: NewHook.extend(why),
  response: HookView.extend(shownOnce),
  successStatus: 201,
})

export const rotateHook = defineRoute({
  method: 'POST',
  action: 'hook.rotate',
  path: '/api/v1/hooks/:name/rotate',
  summary: 'Give a hook a new URL and a new secret; the old ones count no more',
  access: 'token',
  params,
  body: z.strictObject(why),
  response: HookView.extend(shownOnce),
})

export const removeHook = defineRoute({
  method: 'DELETE',
  action: 'hook.remove',
  path: '/api/v1/hooks/:name',
  summary: 'Let nobody call a hook any more; answers which it was',
  access: 'token',
  params,
  response: HookView,
})
