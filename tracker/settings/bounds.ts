import {
  bytesOf,
  maxHostBytes,
  maxSettingsPerScope,
  type SettingScope,
} from '../../shared/domain/settings.ts'
import { PersonError } from '../../shared/errors.ts'
import { scopeKey, scopeText } from './scopes.ts'
import type { OpenSetting } from './settings.ts'

/** Throws `invalid` when the order of some host could not hold all its settings, or a scope has too many. */
export const requireBounds = (service: string, all: readonly OpenSetting[]): void => {
  const scopes = byScope(all)
  for (const [first, ...others] of scopes)
    if (first && others.length >= maxSettingsPerScope)
      throw tooMuch(
        `${scopeText(service, first.scope)} would have ${others.length + 1} settings; at most ${maxSettingsPerScope} are possible`,
      )
  const largest = (kind: SettingScope['kind']): number =>
    Math.max(0, ...scopes.filter(([first]) => first?.scope.kind === kind).map(sizeOf))
  const bytes = largest('service') + largest('cluster') + largest('host')
  if (bytes > maxHostBytes)
    throw tooMuch(
      `${service} could have ${bytes} bytes of settings on one host, from service, cluster and host together; at most ${maxHostBytes} are possible`,
    )
}

const byScope = (all: readonly OpenSetting[]): OpenSetting[][] => {
  const scopes = new Map<string, OpenSetting[]>()
  for (const setting of all) {
    const key = scopeKey(setting.scope)
    const settings = scopes.get(key) ?? []
    settings.push(setting)
    scopes.set(key, settings)
  }
  return [...scopes.values()]
}

const sizeOf = (settings: readonly OpenSetting[]): number =>
  settings.reduce((sum, { name, value }) => sum + bytesOf(name) + bytesOf(value), 0)

const tooMuch = (what: string): PersonError =>
  new PersonError('invalid', `${what}.`, {
    field: 'set',
    hint: 'Large texts belong into files: of the release, or in the shared directory of the host.',
  })
