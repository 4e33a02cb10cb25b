import * as z from 'zod'

/** Who calls a hook: a forge, anything that can sign (`generic`), or a CI that knows its secret URL (`trigger`). */
export const HookSource = z.enum(['github', 'gitlab', 'gitea', 'generic', 'trigger'])
export type HookSource = z.infer<typeof HookSource>

/**
 * What became of a delivery.
 *
 * ```
 * waiting -> started | skipped | replaced | failed
 * failed -> waiting, when it is delivered again
 * ```
 * `started`: its build was asked for, or was there already. `skipped`: there is nothing to do. `replaced`: a newer push of the
 * same branch came before its turn. `failed`: what is asked for could not be found out, or not be done.
 */
export const DeliveryState = z.enum(['waiting', 'started', 'skipped', 'replaced', 'failed'])
export type DeliveryState = z.infer<typeof DeliveryState>

/** Which pushes are built: `main; tags v*`. */
export const pushesText = ({
  branches,
  tags,
}: {
  readonly branches: readonly string[]
  readonly tags: readonly string[]
}): string =>
  [
    ...(branches.length === 0 ? [] : [branches.join(', ')]),
    ...(tags.length === 0 ? [] : [`tags ${tags.join(', ')}`]),
  ].join('; ') || 'the default branch'
