import { resolve } from 'node:path'
import * as z from 'zod'
import { parseSetting } from '../shared/command-line.ts'
import { Duration } from '../shared/domain/units.ts'

const Directory = z
  .string()
  .min(1)
  .transform((path) => resolve(path))

const ReportInterval = Duration.refine((ms) => ms >= 1000, 'it has to be 1s or more')

export interface EnrolSettings {
  readonly tracker: string
  readonly token: string
  readonly root: string
  readonly state: string
  /** Whether services may run as root on this host. */
  readonly allowRoot: boolean
}

export interface RunSettings {
  readonly state: string
  /** In ms. */
  readonly reportInterval: number
}

/** Throws `usage` naming the flag that is not usable. */
export const parseEnrolSettings = (flags: Record<string, unknown>): EnrolSettings => ({
  tracker: parseSetting(z.url({ protocol: /^https?$/ }), '--tracker', flags['tracker']),
  token: parseSetting(z.string().min(1).max(200), '--token', flags['token']),
  root: parseSetting(Directory, '--root', flags['root']),
  state: parseSetting(Directory, '--state', flags['state']),
  allowRoot: flags['allowRoot'] === true,
})

/** Throws `usage` when it is not usable. */
export const parseStateDirectory = (flags: Record<string, unknown>): string =>
  parseSetting(Directory, '--state', flags['state'])

/** Throws `usage` naming the flag that is not usable. */
export const parseRunSettings = (flags: Record<string, unknown>): RunSettings => ({
  state: parseSetting(Directory, '--state', flags['state']),
  reportInterval: parseSetting(ReportInterval, '--report-interval', flags['reportInterval']),
})
