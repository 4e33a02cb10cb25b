import type { Command } from 'commander'
import { createDeploy } from '../../../shared/api/deploys.ts'
import { listHosts, type HostSelection } from '../../../shared/api/hosts.ts'
import { PersonError } from '../../../shared/errors.ts'
import { parseConfig, parseTimeout, parseWanted } from '../arguments.ts'
import { count } from '../../../shared/wording.ts'
import { canAsk, confirm } from '../prompt.ts'
import { addForceFlags, whyOf, type ForceFlags } from '../force-flags.ts'
import { addRolloutFlags, rolloutOf, type RolloutFlags } from '../rollout-flags.ts'
import { addSelectionFlags, isEverything, selectionOf, type SelectionFlags } from '../selection.ts'
import { call, openSession, type Session } from '../session.ts'
import { addWatchFlags, watchNewDeploy, type WatchFlags } from '../watch/start-and-watch.ts'

interface Flags extends SelectionFlags, WatchFlags, RolloutFlags, ForceFlags {
  readonly all?: true
  readonly yes?: true
  readonly config?: string
}

export const defineDeploy = (command: Command): void => {
  command.argument('<service[@ref]>', 'a branch, tag or commit (default: HEAD), or service@sha256:<digest>')
  addSelectionFlags(command).option('--all', 'all hosts: needed when nothing else chooses them')
  command.option('--config <version>', 'with older settings: `tracker env history`; by default the newest')
  addWatchFlags(command).option('-y, --yes', 'do not ask whether all hosts are meant')
  addRolloutFlags(addForceFlags(command)).action(async (text: string, flags: Flags) =>
    deploy(command, text, flags),
  )
}

const deploy = async (command: Command, text: string, flags: Flags): Promise<void> => {
  const wanted = parseWanted(text)
  const selection = await selectionOf(flags)
  const rollout = rolloutOf(flags)
  const why = whyOf(flags)
  const config = flags.config === undefined ? {} : { config: parseConfig(flags.config) }
  parseTimeout(flags.timeout)
  refuseAllWithSome(selection, flags)
  const session = await openSession(command)
  if (isEverything(selection) && !flags.all && !flags.yes) await confirmAll(session, wanted.service)
  const body = {
    ...wanted,
    ...config,
    selection,
    rollout,
    ...why,
  }
  const { idempotencyKey } = flags
  await watchNewDeploy(session, await call(session, createDeploy, { body, idempotencyKey }), flags)
}

const refuseAllWithSome = (selection: HostSelection, { all }: Flags): void => {
  if (!all || isEverything(selection)) return
  throw new PersonError('usage', '--all and -c, -H or -l contradict each other.', {
    hint: 'Give one or the other.',
  })
}

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
