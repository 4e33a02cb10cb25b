import type { Command } from 'commander'
import type { HostSelection } from '../../shared/api/hosts.ts'
import { LabelFilter } from '../../shared/api/hosts.ts'
import { parseSetting } from '../../shared/command-line.ts'
import { ClusterName } from '../../shared/domain/names.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import { collect } from './arguments.ts'

export interface SelectionFlags {
  readonly cluster?: readonly string[]
  readonly host?: string
  readonly label?: readonly string[]
}

/** The three ways to choose hosts, the same in every command. */
export const addSelectionFlags = (command: Command): Command =>
  command
    .option('-c, --cluster <name>', 'hosts of this cluster (may be repeated: any of them)', collect)
    .option('-H, --host <regex>', 'hosts whose name matches (RE2 syntax, anywhere in the name)')
    .option('-l, --label <name=value>', 'hosts with this label (may be repeated: all of them)', collect)

/** Checks everything here, where the flag is known, before anything is asked of the tracker. */
export const selectionOf = async (flags: SelectionFlags): Promise<HostSelection> => {
  if (flags.host !== undefined) await checkPattern(flags.host)
  return {
    clusters: (flags.cluster ?? []).map((name) => parseSetting(ClusterName, '--cluster', name)),
    labels: (flags.label ?? []).map((label) => parseSetting(LabelFilter, '--label', label)),
    ...(flags.host === undefined ? {} : { pattern: flags.host }),
  }
}

/** The same selection as the query of a GET. */
export const hostQueryOf = ({ clusters, pattern, labels }: HostSelection) => ({
  cluster: clusters,
  pattern,
  label: labels,
})

export const isEverything = ({ clusters, pattern, labels }: HostSelection): boolean =>
  clusters.length === 0 && pattern === undefined && labels.length === 0

const checkPattern = async (pattern: string): Promise<void> => {
  const { RE2JS } = await import('re2js')
  try {
    RE2JS.compile(pattern)
  } catch (error) {
    throw new PersonError('usage', `--host '${pattern}' is not a regular expression: ${messageOf(error)}.`, {
      hint: 'The syntax is RE2: no lookahead, no backreferences. Example: -H "^web-\\d+"',
      field: '--host',
    })
  }
}
