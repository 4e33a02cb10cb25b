import { RE2JS, RE2JSException } from 're2js'
import type { HostSelection } from '../../../shared/api/hosts.ts'
import { PersonError } from '../../../shared/errors.ts'
import type { HostRow } from '../../db/agents.ts'

/** The hosts that a selection means now. The pattern is RE2's: it matches in linear time, whoever wrote it. */
export const selectHosts = (hosts: readonly HostRow[], selection: HostSelection): HostRow[] => {
  const pattern = selection.pattern === undefined ? undefined : compilePattern(selection.pattern)
  const labels = selection.labels.map((filter) => filter.split('=') as [string, string])
  return hosts.filter(
    (host) =>
      (selection.clusters.length === 0 || selection.clusters.includes(host.cluster)) &&
      (pattern === undefined || pattern.matcher(host.name).find()) &&
      labels.every(([name, value]) => host.labels[name] === value),
  )
}

/** Like `selectHosts`, but choosing nobody is an error that says what there is to choose from. */
export const selectSomeHosts = (hosts: readonly HostRow[], selection: HostSelection): HostRow[] => {
  const selected = selectHosts(hosts, selection)
  if (selected.length > 0) return selected
  if (hosts.length === 0) {
    throw new PersonError('conflict', 'No host has joined yet.', {
      field: 'selection',
      hint: 'Make a token for one with `tracker enroll NAME -c CLUSTER`.',
    })
  }
  throw new PersonError('conflict', `No host matches ${describeSelection(selection)}.`, {
    field: 'selection',
    hint: examplesOf(hosts),
  })
}

const describeSelection = (selection: HostSelection): string =>
  [
    selection.clusters.length > 0 ? `cluster ${selection.clusters.join(' or ')}` : '',
    selection.pattern === undefined ? '' : `pattern ${selection.pattern}`,
    selection.labels.length > 0 ? `label ${selection.labels.join(' and ')}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ') || 'all hosts'

const compilePattern = (pattern: string): RE2JS => {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new PersonError(
      'invalid',
      `The host pattern ${pattern} is not a regular expression: ${error.message}.`,
      {
        field: 'selection.pattern',
        hint: 'The syntax is RE2’s: like Perl’s, without look-around and back-references.',
        cause: error,
      },
    )
  }
}

const examplesOf = (hosts: readonly HostRow[]): string => {
  const clusters = [...new Set(hosts.map((host) => host.cluster))]
  const names = hosts.slice(0, 3).map((host) => host.name)
  return `There are ${hosts.length} hosts in ${clusters.join(', ')}, such as ${names.join(', ')}; \`tracker hosts\` lists them.`
}
