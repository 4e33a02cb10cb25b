import type { Command } from 'commander'
import type * as z from 'zod'
import type { DeployRequest } from '../../shared/api/deploys.ts'
import type { HostSelection } from '../../shared/api/hosts.ts'
import { PersonError } from '../../shared/errors.ts'
import { parseComing, parseConfig, parseWanted } from './arguments.ts'
import { addRolloutFlags, rolloutOf, type RolloutFlags } from './rollout-flags.ts'
import { addSelectionFlags, isEverything, selectionOf, type SelectionFlags } from './selection.ts'
import { addForwardFlags, forwardTermsOf, type ForwardFlags } from './terms.ts'

export interface RequestFlags extends SelectionFlags, RolloutFlags, ForwardFlags {
  readonly all?: true
  readonly at?: string
  readonly config?: string
}

/** What is to be deployed where and how: the same flags for a deploy, and for a plan of it. */
export const addRequestFlags = (command: Command): Command => {
  addSelectionFlags(command)
    .option('--all', 'all hosts: needed when nothing else chooses them')
    .option('--config <version>', 'with older settings: `tracker env history`; by default the newest')
    .option('--at <time>', 'begin then: the next 22:00, 2h from now, or an ISO date-time')
  return addRolloutFlags(addForwardFlags(command))
}

export const requestOf = async (
  text: string,
  flags: RequestFlags,
): Promise<z.input<typeof DeployRequest> & { selection: HostSelection }> => {
  const wanted = parseWanted(text)
  const selection = await selectionOf(flags)
  refuseAllWithSome(selection, flags)
  const at = flags.at === undefined ? undefined : parseComing('--at', flags.at, Date.now())
  const chosen = {
    ...(at === undefined ? {} : { at }),
    ...(flags.config === undefined ? {} : { config: parseConfig(flags.config) }),
  }
  return { ...wanted, selection, rollout: rolloutOf(flags), ...chosen, ...forwardTermsOf(flags) }
}

const refuseAllWithSome = (selection: HostSelection, { all }: RequestFlags): void => {
  if (!all || isEverything(selection)) return
  throw new PersonError('usage', '--all and -c, -H or -l contradict each other.', {
    hint: 'Give one or the other.',
  })
}
