import type { Command } from 'commander'
import { createDeploy } from '../../../shared/api/deploys.ts'
import { listHosts } from '../../../shared/api/hosts.ts'
import { PersonError } from '../../../shared/errors.ts'
import { count } from '../../../shared/wording.ts'
import { parsePlanId, parseTimeout } from '../arguments.ts'
import { addRequestFlags, requestOf, type RequestFlags } from '../deploy-request.ts'
import { canAsk, confirm } from '../prompt.ts'
import { isEverything } from '../selection.ts'
import { call, openSession, type Session } from '../session.ts'
import { addWatchFlags, watchNewDeploy, type WatchFlags } from '../watch/start-and-watch.ts'
import { showPlan } from './plan.ts'

interface Flags extends RequestFlags, WatchFlags {
  readonly yes?: true
  readonly plan?: true
  readonly planId?: number
}

export const defineDeploy = (command: Command): void => {
  command.argument('[service[@ref]]', 'a branch, tag or commit (default: HEAD), or service@sha256:<digest>')
  addWatchFlags(addRequestFlags(command))
    .option('-y, --yes', 'do not ask whether all hosts are meant')
    .option('--plan', 'only show what it would do, as `tracker plan` does')
    .option('--plan-id <id>', 'exactly what this plan shows, unless its facts have changed', parsePlanId)
    .action(async (text: string | undefined, flags: Flags) => deploy(command, text, flags))
}

const deploy = async (command: Command, text: string | undefined, flags: Flags): Promise<void> => {
  parseTimeout(flags.timeout)
  if (flags.planId !== undefined) return deployPlan(command, flags.planId, text, flags)
  if (text === undefined) throw nothingNamed()
  const body = await requestOf(text, flags)
  if (flags.plan) return showPlan(command, body)
  const session = await openSession(command)
  if (isEverything(body.selection) && !flags.all && !flags.yes) await confirmAll(session, body.service)
  const { idempotencyKey } = flags
  await watchNewDeploy(session, await call(session, createDeploy, { body, idempotencyKey }), flags)
}

const deployPlan = async (
  command: Command,
  planId: number,
  text: string | undefined,
  flags: Flags,
): Promise<void> => {
  refuseBesidePlan(text, flags)
  const session = await openSession(command)
  const { idempotencyKey } = flags
  const created = await call(session, createDeploy, { body: { planId }, idempotencyKey })
  await watchNewDeploy(session, created, flags)
}

/** How it is watched is not the plan's business. */
const besidePlan: ReadonlySet<string> = new Set([
  'planId',
  'timeout',
  'detach',
  'idempotencyKey',
] satisfies (keyof Flags)[])

const refuseBesidePlan = (text: string | undefined, flags: Flags): void => {
  if (text === undefined && Object.keys(flags).every((flag) => besidePlan.has(flag))) return
  throw new PersonError('usage', '--plan-id takes nothing that says what, where or how to deploy.', {
    hint: 'The plan says all of it. For something else make another one with `tracker plan`.',
  })
}

const nothingNamed = (): PersonError =>
  new PersonError('usage', 'No service is named.', {
    hint: 'Give SERVICE[@REF], or --plan-id with the id of a plan.',
  })

const confirmAll = async (session: Session, service: string): Promise<void> => {
  if (!canAsk()) {
    throw new PersonError('usage', `No hosts are chosen for ${service}.`, {
      hint: 'Choose them with -c CLUSTER, -H REGEX or -l NAME=VALUE, or give --all.',
    })
  }
  const { hosts } = await call(session, listHosts, {})
  if (await confirm(`Deploy ${service} to all ${count(hosts.length, 'host')}?`)) return
  throw new PersonError('usage', 'Nothing was deployed.', {
    hint: 'Choose hosts with -c CLUSTER, -H REGEX or -l NAME=VALUE.',
  })
}
