import type { ConfigView, SettingView } from '../../../shared/api/settings.ts'
import type { ServiceView } from '../../../shared/api/services.ts'
import type { SettingScope } from '../../../shared/domain/settings.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { table } from '../output/table.ts'
import { dateTimeOf } from '../output/times.ts'

const masked = '•••'

export const settingLines = (settings: readonly SettingView[], columns: number): string[] =>
  table(
    ['NAME', 'VALUE', 'FOR', 'SINCE'],
    settings.map(({ name, value, scope, since }) => [
      name,
      value === undefined ? masked : safeText(value),
      forWhom(scope),
      `config ${since}`,
    ]),
    columns,
  )

export const configLines = (configs: readonly ConfigView[], columns: number): string[] =>
  table(
    ['CONFIG', 'WHEN', 'WHO', 'WHAT', 'REASON'],
    configs.map(({ version, createdAt, createdBy, reason, changes }) => [
      String(version),
      dateTimeOf(createdAt),
      safeText(createdBy),
      changesText(changes),
      safeText(reason ?? ''),
    ]),
    columns,
  )

/** `set DATABASE_URL, PORT for cluster prod; unset OLD`. */
export const changesText = (changes: ConfigView['changes']): string =>
  (['set', 'unset'] as const)
    .flatMap((kind) => {
      const some = changes.filter(({ change }) => change === kind)
      const [first] = some
      return first ? [`${kind} ${some.map(({ name }) => name).join(', ')}${suffixOf(first.scope)}`] : []
    })
    .join('; ')

/** The command that brings a service's settings to hosts, with the code that they have. */
export const rollOutCommand = ({ name, lastDeploy }: ServiceView, scope: SettingScope): string =>
  `tracker deploy ${name}${lastDeploy ? `@${lastDeploy.version}` : ''} ${hostsOf(scope)}`

const hostsOf = (scope: SettingScope): string => {
  if (scope.kind === 'cluster') return `-c ${scope.cluster}`
  return scope.kind === 'host' ? `-H '^${scope.host.replaceAll('.', '\\.')}$'` : '-c CLUSTER'
}

const forWhom = (scope: SettingScope): string => {
  if (scope.kind === 'cluster') return `cluster ${scope.cluster}`
  return scope.kind === 'host' ? `host ${scope.host}` : 'all'
}

const suffixOf = (scope: SettingScope): string => (scope.kind === 'service' ? '' : ` for ${forWhom(scope)}`)
