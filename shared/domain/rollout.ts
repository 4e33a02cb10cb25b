import * as z from 'zod'
import { Duration } from './units.ts'

/** A number of hosts, or a share of the deploy's hosts (rounded up, at least one). */
export const HostCount = z.union([
  z.int().min(1).max(100_000),
  z.string().regex(/^(100|[1-9]\d?)%$/, 'a batch is a number of hosts, or 1% to 100%'),
])
export type HostCount = z.infer<typeof HostCount>

/** None, a number of hosts, or a share of the deploy's hosts (rounded down). */
const FailureLimit = z.union([
  z.int().min(0).max(100_000),
  z.string().regex(/^(100|[1-9]?\d)%$/, 'a number of hosts, or 0% to 100%'),
])
export type FailureLimit = z.infer<typeof FailureLimit>

const fieldsWith = <Time extends z.ZodType>(time: Time) => ({
  /** Hosts that go first, alone; 0 for none. */
  canary: z.int().min(0).max(1000),
  /** The size of every batch after that (`5`, `25%`), or how many hosts are to be reached after each one (`[10, 50%, 100%]`). */
  batch: z.union([HostCount, z.array(HostCount).min(1).max(100)]),
  /** Which hosts come first: by their names, or taking turns through the values of a label (`spread:rack`). */
  order: z.union([
    z.literal('name'),
    z.string().regex(/^spread:[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/, 'an order is name, or spread:LABEL'),
  ]),
  /** How many hosts may fail or roll back; what comes then is told by `on_failure`. */
  max_failures: FailureLimit,
  /**
   * Once more hosts have failed than may: bring those that were changed back to what they had, wait for a person, or go on.
   * Before the first host is switched there is nothing to bring back: then `rollback` just ends the deploy.
   */
  on_failure: z.enum(['rollback', 'pause', 'continue']),
  /** Wait for a person once the canaries run the release. */
  pause_after_canary: z.boolean(),
  /** How long each batch is watched before the next one begins. */
  bake: time,
  /** The share of the hosts that must have the release staged before the first one is switched. */
  ready: z.string().regex(/^(100|[1-9]?\d)%$/, 'a share is 0% to 100%'),
  /** How many hosts fetch and unpack at once. */
  stage_at_once: z.int().min(1).max(100_000),
  /** Hosts begin to fetch spread over this time, to be gentle with the artifact store. */
  stage_jitter: time,
})

/** How a deploy goes over its hosts, with times in milliseconds. */
export const Rollout = z.strictObject(fieldsWith(z.int().nonnegative()))
export type Rollout = z.infer<typeof Rollout>

export const defaultRollout: Rollout = {
  canary: 1,
  batch: '25%',
  order: 'name',
  max_failures: 0,
  on_failure: 'rollback',
  pause_after_canary: false,
  bake: 0,
  ready: '50%',
  stage_at_once: 500,
  stage_jitter: 0,
}

/** What one deploy is to do otherwise than its service's file says. Times are written as there: `90s`, `5m`. */
export const RolloutOverrides = z.strictObject(fieldsWith(Duration)).partial()
export type RolloutOverrides = z.infer<typeof RolloutOverrides>

/** `rollout:` in service.yaml; what is left out has the default. */
export const RolloutConfig = RolloutOverrides.transform((given): Rollout => ({
  ...defaultRollout,
  ...withoutGaps(given),
}))

/** Those that were given, and nothing that only says `undefined`. */
export const withoutGaps = (given: RolloutOverrides): Partial<Rollout> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
