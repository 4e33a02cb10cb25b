import * as z from 'zod'
import { ClusterName, HostName } from './names.ts'
import { isLoaderVariable } from './service-config.ts'

/** Bounds that keep the order of a host with all its settings well below what one message may hold. */
export const maxSettingsPerScope = 200
export const maxSettingBytes = 8 * 1024
/** Of one host: names and values of all scopes. */
export const maxHostBytes = 64 * 1024

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length

export const SettingName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a setting is named by letters, digits and underscores')
  .refine((name) => !isLoaderVariable(name), 'this variable would load foreign code into the service')
  .refine(
    (name) => !name.startsWith('APPTRACKER_'),
    'names that begin with APPTRACKER_ are the grabber’s own',
  )

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacter = /[\x00-\x08\x0b-\x1f\x7f]/

/** systemd passes on only text, tabs and line breaks. */
export const SettingValue = z
  .string()
  .refine(
    (value) => !controlCharacter.test(value),
    'a value is text, tabs and line breaks; encode others, for example as base64',
  )
  .refine((value) => bytesOf(value) <= maxSettingBytes, `a value has at most ${maxSettingBytes} bytes`)

/** Whom a setting is for. That of a host counts before that of its cluster, and that before the service's. */
export const SettingScope = z.union([
  z.strictObject({ kind: z.literal('service') }),
  z.strictObject({ kind: z.literal('cluster'), cluster: ClusterName }),
  z.strictObject({ kind: z.literal('host'), host: HostName }),
])
export type SettingScope = z.infer<typeof SettingScope>

/** All settings of a service at one time: each change makes the next one, and none is ever changed. */
export const ConfigVersion = z.int().positive().max(999_999_999)

/**
 * What a host knows a config by: its version, and what tells it from the same version in other hands (of another tracker, or of
 * the cluster that the host was in before).
 */
export const ConfigId = z.string().regex(/^[1-9]\d{0,8}-[0-9a-f]{12}$/)
export type ConfigId = z.infer<typeof ConfigId>

export const versionOf = (id: ConfigId): number => Number.parseInt(id, 10)

/** A config as it is for one host. */
export const HostConfig = z.strictObject({
  id: ConfigId,
  env: z.record(SettingName, SettingValue),
  /** Names whose values may be shown: all others are secrets. */
  plain: z.array(SettingName),
})
export type HostConfig = z.infer<typeof HostConfig>
