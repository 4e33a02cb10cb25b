import { Command } from 'commander'
import { readFile, stat } from 'node:fs/promises'
import * as z from 'zod'
import { HostSelection, LabelFilter } from '../../shared/api/hosts.ts'
import { appVersion, parseSetting } from '../../shared/command-line.ts'
import { ClusterName, ServiceName } from '../../shared/domain/names.ts'
import { Duration } from '../../shared/domain/units.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import type { Limits } from './judge.ts'
import { parseRange, type Range } from './range.ts'

export interface Flags {
  readonly url: string
  readonly tokenFile: string
  readonly cluster?: string[]
  readonly host?: string
  readonly label?: string[]
  readonly service?: string
  readonly warningOutOfSync: string
  readonly criticalOutOfSync: string
  readonly warningSilent: string
  readonly criticalSilent: string
  readonly warningDegraded: string
  readonly criticalDegraded: string
  readonly timeout: string
}

const TrackerUrl = z.url({ protocol: /^https?$/, error: 'a tracker’s URL begins with http:// or https://' })

/** One service that is out of sync or degraded warns; one silent host, of which nothing is known any more, is critical. */
export const checkCommand = (): Command =>
  new Command('check_apptracker')
    .description('Monitoring plug-in: services that do not run as they should, and hosts that fell silent.')
    .version(appVersion)
    .requiredOption('-u, --url <url>', 'the tracker')
    .requiredOption('--token-file <path>', 'a file that holds the token and that not everyone can read')
    .option('-C, --cluster <name...>', 'only hosts of these clusters')
    .option('-H, --host <regex>', 'only hosts whose name matches (RE2 syntax)')
    .option('-l, --label <name=value...>', 'only hosts with these labels')
    .option('-s, --service <name>', 'only this service')
    .option('--warning-out-of-sync <range>', 'warn when the number of out-of-sync services is outside', '0')
    .option('--critical-out-of-sync <range>', 'critical when it is outside', '~:')
    .option('--warning-silent <range>', 'warn when the number of silent hosts is outside', '0')
    .option('--critical-silent <range>', 'critical when it is outside', '0')
    .option('--warning-degraded <range>', 'warn when the number of degraded services is outside', '0')
    .option('--critical-degraded <range>', 'critical when it is outside', '~:')
    .option('-t, --timeout <duration>', 'how long the tracker may take', '10s')

export const limitsOf = (flags: Flags): Limits => ({
  outOfSync: {
    warning: rangeOf('--warning-out-of-sync', flags.warningOutOfSync),
    critical: rangeOf('--critical-out-of-sync', flags.criticalOutOfSync),
  },
  silent: {
    warning: rangeOf('--warning-silent', flags.warningSilent),
    critical: rangeOf('--critical-silent', flags.criticalSilent),
  },
  degraded: {
    warning: rangeOf('--warning-degraded', flags.warningDegraded),
    critical: rangeOf('--critical-degraded', flags.criticalDegraded),
  },
})

export const queryOf = (flags: Flags) => ({
  cluster: parseSetting(z.array(ClusterName), '--cluster', flags.cluster ?? []),
  label: parseSetting(z.array(LabelFilter), '--label', flags.label ?? []),
  ...(flags.host === undefined
    ? {}
    : { pattern: parseSetting(HostSelection.shape.pattern, '--host', flags.host) }),
  ...(flags.service === undefined ? {} : { service: parseSetting(ServiceName, '--service', flags.service) }),
})

export const urlOf = (flags: Flags): string =>
  parseSetting(TrackerUrl, '--url', flags.url).replace(/\/+$/, '')

/** Milliseconds. */
export const timeoutOf = (flags: Flags): number => {
  const text = /^\d+$/.test(flags.timeout) ? `${flags.timeout}s` : flags.timeout
  return parseSetting(
    Duration.refine((ms) => ms > 0, 'give more than 0'),
    '--timeout',
    text,
  )
}

/** The token; refuses a file that everyone can read. */
export const readToken = async ({ tokenFile }: Flags): Promise<string> => {
  const { mode } = await stat(tokenFile).catch((error: unknown) => {
    throw new PersonError('usage', `The token file ${tokenFile} cannot be read: ${messageOf(error)}.`)
  })
  if ((mode & 0o007) !== 0) {
    throw new PersonError('usage', `The token file ${tokenFile} is open to everyone.`, {
      hint: `Run: chmod o= ${tokenFile}`,
    })
  }
  const token = await readFile(tokenFile, 'utf8').catch((error: unknown) => {
    throw new PersonError('usage', `The token file ${tokenFile} cannot be read: ${messageOf(error)}.`)
  })
  if (token.trim() === '') throw new PersonError('usage', `The token file ${tokenFile} is empty.`)
  return token.trim()
}

const rangeOf = (name: string, text: string): Range => {
  const range = parseRange(text)
  if (range) return range
  throw new PersonError('usage', `${name} '${text}' is not a range.`, {
    hint: 'Ranges are like 5, 10:, ~:10, 5:10 or @5:10.',
  })
}
