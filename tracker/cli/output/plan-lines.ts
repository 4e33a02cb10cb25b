import type { Plan, PlanWarning, PresentVersion } from '../../../shared/api/plans.ts'
import type { Commits } from '../../../shared/domain/commit-span.ts'
import { editionText } from '../../../shared/domain/edition-text.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { count, sizeOf } from '../../../shared/wording.ts'
import type { Paint } from './palette.ts'
import { everyHost, groupTable, versionName } from './plan-hosts.ts'
import { fit } from './width.ts'

export interface PlanStyle {
  readonly columns: number
  readonly paint: Paint
  /** One line for each host, instead of groups of them. */
  readonly isEveryHost: boolean
}

/** What a deploy would do: where, in which order, what is to be thought of, what comes and goes, and how to go on. */
export const planLines = (plan: Plan, style: PlanStyle): string[] => [
  ...heading(plan, style),
  '',
  ...(style.isEveryHost ? everyHost(plan, style) : groupTable(plan, style)),
  '',
  ...warningLines(plan, style),
  ...commitLines(plan, style),
  `deploy it: tracker deploy --plan-id ${plan.id}`,
]

const heading = (plan: Plan, { paint }: PlanStyle): string[] => {
  const { id, service, version, config, hosts, changes } = plan
  const changing = changes === 0 ? 'nothing changes' : `${changes} would change`
  return [
    paint(
      'strong',
      `Plan ${id}  ${service} ${editionText(version, config)}  ${count(hosts.length, 'host')}, ${changing}`,
    ),
    `  ${goodsText(plan)}`,
  ]
}

const goodsText = ({ commit, size, hosts }: Plan): string => {
  const pulls = hosts.reduce((sum, host) => sum + (host.pulls ?? 0), 0)
  const goods = size === undefined ? 'to be built' : `${sizeOf(size)}; ${sizeOf(pulls)} to pull in all`
  return commit === undefined ? goods : `commit ${commit.slice(0, 10)}, ${goods}`
}

/** Good to know, and often meant. */
const notes: ReadonlySet<PlanWarning['kind']> = new Set(['same-version', 'versions', 'clusters'])

const warningLines = ({ warnings }: Plan, { paint }: PlanStyle): string[] => {
  const lines = warnings.map(
    ({ kind, message }) => `  ${notes.has(kind) ? 'note:' : paint('bad', '!')} ${safeText(message)}`,
  )
  return lines.length === 0 ? [] : [...lines, '']
}

const commitLines = (plan: Plan, style: PlanStyle): string[] => {
  const lines = plan.present.flatMap((group) => spanLines(plan.version, group, style))
  const unknown =
    plan.commitsUnknown === undefined
      ? []
      : [`  Which commits lie between is not known: ${safeText(plan.commitsUnknown)}`]
  return lines.length + unknown.length === 0 ? [] : [...lines, ...unknown, '']
}

const spanLines = (to: string, group: PresentVersion, style: PlanStyle): string[] => [
  ...listed(`${versionName(group)} → ${to} brings`, group.gained, style),
  ...listed(`${versionName(group)} → ${to} takes away`, group.lost, style),
]

const listed = (what: string, commits: Commits | undefined, { columns, paint }: PlanStyle): string[] => {
  if (!commits || commits.count === 0) return []
  const more = commits.count - commits.latest.length
  return [
    `  ${what} ${count(commits.count, 'commit')}:`,
    ...commits.latest.map(({ commit, subject, author }) =>
      fit(
        `    ${paint('quiet', commit.slice(0, 10))}  ${safeText(subject)}  ${paint('quiet', safeText(author))}`,
        columns,
      ),
    ),
    ...(more > 0 ? [`    … and ${more} more`] : []),
  ]
}
