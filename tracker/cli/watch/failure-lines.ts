import type { FailureGroup } from '../../../shared/domain/failures/failure-group.ts'
import { differenceWords, headlineOf, stepWords } from '../../../shared/domain/failures/words.ts'
import type { InstallState } from '../../../shared/domain/install-state.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import type { Paint } from '../output/palette.ts'
import { count } from '../../../shared/wording.ts'
import { pad } from '../output/width.ts'

const shownGroups = 10
const shownNames = 5

/** Why hosts failed, a cause once: `38 hosts did not come through, one cause`, then each cause with its hosts. */
export const failureLines = (groups: readonly FailureGroup[], deployId: number, paint: Paint): string[] => {
  const hosts = groups.reduce((sum, group) => sum + group.hosts.length, 0)
  const width = whoWidth(groups)
  const more = groups.length - shownGroups
  return [
    ...(hosts > 1 ? [paint('bad', headlineOf(groups))] : []),
    ...groups
      .slice(0, shownGroups)
      .flatMap((group) => [groupLine(group, width, paint), ...detailLines(group, paint)]),
    ...(more > 0 ? [`  … and ${count(more, 'more cause')}: see tracker status ${deployId}`] : []),
  ]
}

export const whoWidth = (groups: readonly FailureGroup[]): number =>
  Math.max(0, ...groups.map((group) => whoOf(group).length))

/** `✗ 38 hosts  rolled-back   while checking: …`; one host alone by its name. */
export const groupLine = (group: FailureGroup, width: number, paint: Paint): string => {
  const step = stepWords(group)
  const remark = `${step === undefined ? '' : `${step}: `}${safeText(group.error)}`
  const states = pad(statesOf(group), 'rolling-back'.length)
  return `  ${paint('bad', '✗')} ${pad(whoOf(group), width)}  ${paint('bad', states)}  ${remark}`.trimEnd()
}

/** What sets the group apart, what differs in it, and who is in it. */
export const detailLines = ({ line, differences, hosts }: FailureGroup, paint: Paint): string[] => [
  ...(line === undefined ? [] : [`      | ${safeText(line)}`]),
  ...differences.map((difference) => `      differs: ${safeText(differenceWords(difference))}`),
  ...(hosts.length > 1 ? [`      ${paint('quiet', namesOf(hosts))}`] : []),
]

const whoOf = ({ hosts }: FailureGroup): string =>
  hosts.length === 1 ? (hosts[0]?.hostName ?? '') : `${hosts.length} hosts`

const statesOf = ({ hosts }: FailureGroup): string => {
  const tally = new Map<InstallState, number>()
  for (const { state } of hosts) tally.set(state, (tally.get(state) ?? 0) + 1)
  const states = [...tally].sort(([, a], [, b]) => b - a)
  return states.map(([state, number]) => (states.length > 1 ? `${number} ${state}` : state)).join(', ')
}

const namesOf = (hosts: FailureGroup['hosts']): string => {
  const rest = hosts.length - shownNames
  const names = hosts.slice(0, shownNames).map(({ hostName }) => hostName)
  return `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
