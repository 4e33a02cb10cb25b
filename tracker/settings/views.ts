import type { ConfigView, SettingView } from '../../shared/api/settings.ts'
import type { Config } from '../db/configs.ts'
import type { Setting } from '../db/settings.ts'
import { scopeKey } from './scopes.ts'
import type { OpenSetting } from './settings.ts'

/** A secret's value stays here. */
export const settingViewOf = ({ name, scope, since, plain, value }: OpenSetting): SettingView => ({
  name,
  scope,
  since,
  secret: !plain,
  ...(plain ? { value } : {}),
})

/** `settings`: at least all that this version set or unset. */
export const configViewOf = (config: Config, settings: readonly Setting[]): ConfigView => ({
  version: config.version,
  createdAt: config.createdAt,
  createdBy: config.createdBy,
  ...(config.reason === null ? {} : { reason: config.reason }),
  changes: changesOf(config.version, settings),
})

const changesOf = (version: number, settings: readonly Setting[]): ConfigView['changes'] => {
  const set = settings.filter(({ since }) => since === version)
  const isSet = new Set(set.map(keyOf))
  const unset = settings.filter((setting) => setting.until === version && !isSet.has(keyOf(setting)))
  return [
    ...set.map((setting) => changeOf(setting, 'set')),
    ...unset.map((setting) => changeOf(setting, 'unset')),
  ]
}

const keyOf = ({ scope, name }: Setting): string => `${scopeKey(scope)} ${name}`

const changeOf = ({ name, scope, plain }: Setting, change: 'set' | 'unset') => ({
  name,
  scope,
  change,
  secret: !plain,
})
