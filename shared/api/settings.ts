import * as z from 'zod'
import { Timestamp } from '../domain/event.ts'
import { HostName, ServiceName } from '../domain/names.ts'
import {
  ConfigVersion,
  maxSettingsPerScope,
  SettingName,
  SettingScope,
  SettingValue,
} from '../domain/settings.ts'
import { Limit } from './common.ts'
import { defineRoute } from './route.ts'

const params = z.strictObject({ service: ServiceName })

export const SettingView = z.strictObject({
  name: SettingName,
  scope: SettingScope,
  /** The config version that it is from. */
  since: ConfigVersion,
  /** A secret: its value is never shown. */
  secret: z.boolean(),
  /** Absent for a secret. */
  value: SettingValue.optional(),
})
export type SettingView = z.infer<typeof SettingView>

/** One version of a service's settings: what it changed, and never to what. */
export const ConfigView = z.strictObject({
  version: ConfigVersion,
  createdAt: Timestamp,
  createdBy: z.string(),
  reason: z.string().optional(),
  changes: z.array(
    z.strictObject({
      name: SettingName,
      scope: SettingScope,
      change: z.enum(['set', 'unset']),
      secret: z.boolean(),
    }),
  ),
})
export type ConfigView = z.infer<typeof ConfigView>

const isOnce = ({ set, unset }: { set: readonly { name: string }[]; unset: readonly string[] }): boolean => {
  const names = [...set.map(({ name }) => name), ...unset]
  return new Set(names).size === names.length && names.length > 0
}

export const changeSettings = defineRoute({
  method: 'POST',
  action: 'settings.change',
  path: '/api/v1/services/:service/settings',
  summary:
    'Set and unset settings of a service: that makes its next config version, which changes nothing on hosts until it is deployed',
  access: 'token',
  params,
  body: z
    .strictObject({
      scope: SettingScope.default({ kind: 'service' }),
      set: z
        .array(z.strictObject({ name: SettingName, value: SettingValue, secret: z.boolean().default(true) }))
        .max(maxSettingsPerScope)
        .default([]),
      unset: z.array(SettingName).max(maxSettingsPerScope).default([]),
      reason: z.string().max(500).optional(),
    })
    .refine(isOnce, { message: 'name at least one setting, and each once', path: ['set'] }),
  /** The version that the service is at now: the one of before when nothing was to be changed. */
  response: z.strictObject({ config: ConfigView, changed: z.boolean() }),
})

export const listSettings = defineRoute({
  method: 'GET',
  path: '/api/v1/services/:service/settings',
  summary:
    'The settings of a service, of all scopes or as one host has them; values of secrets are never shown',
  access: 'token',
  params,
  query: z.strictObject({
    /** As they are for this host. */
    host: HostName.optional(),
    /** As of this version, by default the newest. */
    config: z.coerce.number().pipe(ConfigVersion).optional(),
  }),
  response: z.strictObject({
    /** Absent when the service never had settings. */
    config: ConfigVersion.optional(),
    settings: z.array(SettingView),
  }),
})

export const listConfigs = defineRoute({
  method: 'GET',
  path: '/api/v1/services/:service/configs',
  summary: 'The config versions of a service, newest first: who changed which settings, when and why',
  access: 'token',
  params,
  query: z.strictObject({ limit: Limit.default(50) }),
  response: z.strictObject({ configs: z.array(ConfigView) }),
})
