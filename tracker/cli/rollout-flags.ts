import { Option, type Command } from 'commander'
import type * as z from 'zod'
import { parseSetting } from '../../shared/command-line.ts'
import { RolloutOverrides } from '../../shared/domain/rollout.ts'

export interface RolloutFlags {
  readonly canary?: string
  readonly batch?: string
  readonly order?: string
  readonly maxFailures?: string
  readonly onFailure?: string
  readonly pauseAfterCanary?: true
  readonly bake?: string
  readonly ready?: string
  readonly stageAtOnce?: string
  readonly stageJitter?: string
}

const strategies = 'Rollout (else as service.yaml says):'

/** How a deploy goes over its hosts, for this once. */
export const addRolloutFlags = (command: Command): Command => {
  const flag = (flags: string, description: string): void =>
    void command.addOption(new Option(flags, description).helpGroup(strategies))
  flag('--canary <n>', 'hosts that go first, alone; 0 for none')
  flag('--batch <size>', 'hosts at once: 5 or 25%; or how many are reached after each batch: 10,50%,100%')
  flag('--order <order>', 'name, or spread:LABEL to take turns through the values of a label')
  flag('--max-failures <n>', 'hosts that may fail: a number, or a share like 10%')
  flag('--on-failure <what>', 'once more failed: rollback, pause or continue')
  flag('--pause-after-canary', 'wait for `tracker promote` once the canaries run it')
  flag('--bake <duration>', 'watch each batch this long before the next one begins, such as 5m')
  flag('--ready <share>', 'hosts that must have it staged before the first is switched, such as 90%')
  flag('--stage-at-once <n>', 'hosts that fetch at once')
  flag('--stage-jitter <duration>', 'spread the beginning of the fetches over this time')
  return command
}

/** Checks each flag where it is known; what was not given is left to the service's file. */
export const rolloutOf = (flags: RolloutFlags): z.input<typeof RolloutOverrides> => {
  const { shape } = RolloutOverrides
  const given: z.input<typeof RolloutOverrides> = {
    canary: checked('--canary', shape.canary, numeric(flags.canary)),
    batch: checked('--batch', shape.batch, batchOf(flags.batch)),
    order: checked('--order', shape.order, flags.order),
    max_failures: checked('--max-failures', shape.max_failures, numeric(flags.maxFailures)),
    on_failure: checked('--on-failure', shape.on_failure, flags.onFailure),
    pause_after_canary: flags.pauseAfterCanary,
    bake: checked('--bake', shape.bake, flags.bake),
    ready: checked('--ready', shape.ready, flags.ready),
    stage_at_once: checked('--stage-at-once', shape.stage_at_once, numeric(flags.stageAtOnce)),
    stage_jitter: checked('--stage-jitter', shape.stage_jitter, flags.stageJitter),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** The value as it is sent, once it is known to be usable. */
const checked = <Schema extends z.ZodType>(flag: string, schema: Schema, value: unknown): z.input<Schema> => {
  parseSetting(schema, flag, value)
  return value as z.input<Schema>
}

const numeric = (text: string | undefined): number | string | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : text

const batchOf = (text: string | undefined): unknown =>
  text?.includes(',') === true ? text.split(',').map((part) => numeric(part.trim())) : numeric(text)
