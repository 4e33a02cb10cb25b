import type { FastifyInstance } from 'fastify'
import { api } from '../../../shared/api/index.ts'
import type { SettingView } from '../../../shared/api/settings.ts'
import { PersonError } from '../../../shared/errors.ts'
import { requireService } from '../../builds/find-service.ts'
import type { TrackerContext } from '../../context.ts'
import { changeConfig } from '../../settings/change.ts'
import { requireConfig } from '../../settings/find-config.ts'
import { resolve } from '../../settings/resolve.ts'
import { configViewOf, settingViewOf } from '../../settings/views.ts'
import { mountChange } from '../mount-change.ts'
import { mount } from '../mount.ts'

export const settingRoutes = (app: FastifyInstance, context: TrackerContext): void => {
  const { store, settings } = context

  mountChange(app, context, api.changeSettings, ({ params: { service }, body, caller, write }) =>
    write((writing) => {
      requireService(store.read, service)
      const response = changeConfig(settings, writing, service, body, caller.name)
      return { subject: `config ${response.config.version} of ${service}`, service, response }
    }),
  )

  mount(app, context, api.listSettings, ({ params: { service }, query: { host, config: asked } }) => {
    requireService(store.read, service)
    if (asked !== undefined) requireConfig(store.read, service, asked)
    const config = asked ?? store.read.configs.newest(service)
    if (config === null) return { settings: [] }
    return { config, settings: viewsAt(context, service, config, host) }
  })

  mount(app, context, api.listConfigs, ({ params: { service }, query: { limit } }) => {
    requireService(store.read, service)
    const configs = store.read.configs.list(service, limit)
    const changed = store.read.settings.changedSince(service, configs.at(-1)?.version ?? 0)
    return { configs: configs.map((config) => configViewOf(config, changed)) }
  })
}

const viewsAt = (
  { store, settings }: TrackerContext,
  service: string,
  version: number,
  hostName: string | undefined,
): SettingView[] => {
  const all = settings.open(store.read, service, version)
  if (hostName === undefined) return all.map(settingViewOf)
  const host = store.read.agents.hosts().find(({ name }) => name === hostName)
  if (!host)
    throw new PersonError('not-found', `There is no host ${hostName}.`, {
      field: 'host',
      hint: '`tracker hosts` lists them.',
    })
  return resolve(all, host).map(settingViewOf)
}
