import type * as z from 'zod'
import type { changeSettings, ConfigView } from '../../shared/api/settings.ts'
import { grabberService } from '../../shared/domain/names.ts'
import type { SettingScope } from '../../shared/domain/settings.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Writing } from '../db/store.ts'
import { requireBounds } from './bounds.ts'
import { requireConfig } from './find-config.ts'
import { scopeKey, scopeText } from './scopes.ts'
import type { OpenSetting, Settings } from './settings.ts'
import { configViewOf } from './views.ts'

type Body = z.output<typeof changeSettings.body>

/** Makes the next config version of a service. Asked for what is so already, it makes none. */
export const changeConfig = (
  settings: Settings,
  writing: Writing,
  service: string,
  body: Body,
  createdBy: string,
): { config: ConfigView; changed: boolean } => {
  const { scope } = body
  requireNotGrabber(service)
  if (body.set.length > 0) requireScope(writing, scope)
  const newest = writing.configs.newest(service)
  const before = newest === null ? [] : settings.open(writing, service, newest)
  requireSet(service, body, before)

  const version = (newest ?? 0) + 1
  const added = newsOf(service, body, version, before)
  const gone = new Set([...body.unset, ...added.map(({ name }) => name)])
  if (newest !== null && gone.size === 0) return { config: viewOf(writing, service, newest), changed: false }

  requireBounds(service, [...before.filter((each) => !(isIn(scope, each) && gone.has(each.name))), ...added])
  const { reason = null } = body
  writing.configs.insert({ service, version, createdAt: writing.now, createdBy, reason })
  for (const name of gone) writing.settings.end({ service, scope, name }, version)
  for (const setting of added) writing.settings.insert(settings.seal(setting))
  return { config: viewOf(writing, service, version), changed: true }
}

const viewOf = (writing: Writing, service: string, version: number): ConfigView =>
  configViewOf(requireConfig(writing, service, version), writing.settings.changedSince(service, version))

/** What is not so already. */
const newsOf = (
  service: string,
  { scope, set }: Body,
  version: number,
  before: readonly OpenSetting[],
): OpenSetting[] => {
  const known = new Map(before.filter((each) => isIn(scope, each)).map((each) => [each.name, each]))
  return set
    .map(({ name, value, secret }) => ({ name, value, plain: !secret }))
    .filter(({ name, value, plain }) => known.get(name)?.value !== value || known.get(name)?.plain !== plain)
    .map((setting) => ({ ...setting, service, scope, since: version, until: null }))
}

const isIn = (scope: SettingScope, setting: OpenSetting): boolean =>
  scopeKey(setting.scope) === scopeKey(scope)

/** Its launcher runs it, and knows of no settings. */
const requireNotGrabber = (service: string): void => {
  if (service !== grabberService) return
  throw new PersonError('invalid', 'The grabber itself has no settings: it is run by its launcher.', {
    hint: 'Its options stand in its unit on each host.',
  })
}

/** What is misspelt would be set for nobody, and nobody would notice. */
const requireScope = ({ agents }: Writing, scope: SettingScope): void => {
  if (scope.kind === 'service') return
  const hosts = agents.hosts()
  if (scope.kind === 'cluster' && !hosts.some(({ cluster }) => cluster === scope.cluster))
    throw noSuchScope(`No host is in a cluster ${scope.cluster}.`)
  if (scope.kind === 'host' && !hosts.some(({ name }) => name === scope.host))
    throw noSuchScope(`There is no host ${scope.host}.`)
}

const noSuchScope = (message: string): PersonError =>
  new PersonError('not-found', message, {
    field: 'scope',
    hint: '`tracker hosts` lists them. A new host is enrolled first: `tracker enroll`.',
  })

const requireSet = (service: string, { scope, unset }: Body, before: readonly OpenSetting[]): void => {
  const missing = unset.find((name) => !before.some((each) => each.name === name && isIn(scope, each)))
  if (missing === undefined) return
  throw new PersonError('not-found', `${missing} is not set for ${scopeText(service, scope)}.`, {
    field: 'unset',
    hint: `\`tracker env list ${service}\` shows what is set, and for whom.`,
  })
}
