import { PersonError } from '../../shared/errors.ts'
import type { Launch } from '../releases/launch.ts'

export interface UnitFiles {
  readonly environment: string
  readonly recordScript: string
  readonly run: string
}

/** From this version on systemd waits ever longer before it starts something again. */
const backsOffSince = 254

/** The unit of a release: pure text. A process of its own, in no way the grabber's child. */
export const unitOf = (launch: Launch, files: UnitFiles, systemdVersion: number): string => {
  const { command, limits, stop } = launch.config.run
  const record = (what: string): string =>
    `-+/bin/sh ${[files.recordScript, files.run, what].map(word).join(' ')}`
  return [
    '[Unit]',
    `Description=${unspecified(launch.service)} ${unspecified(launch.version)}, installed by AppTracker`,
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=exec',
    `SyslogIdentifier=${launch.service}`,
    `WorkingDirectory=${unspecified(launch.directory)}`,
    `EnvironmentFile=${unspecified(files.environment)}`,
    `ExecStart=/bin/sh -c ${word(`exec ${command}`)}`,
    `ExecStartPost=${record('started')}`,
    `ExecStopPost=${record('ended')}`,
    ...(launch.account ? [`User=${launch.account.name}`] : []),
    ...(limits.memory === undefined ? [] : [`MemoryMax=${limits.memory}`]),
    ...(limits.cpu === undefined ? [] : [`CPUQuota=${Math.max(1, Math.round(limits.cpu * 100))}%`]),
    ...(limits.files === undefined ? [] : [`LimitNOFILE=${limits.files}`]),
    'KillMode=control-group',
    `KillSignal=${stop.signal}`,
    `TimeoutStopSec=${Math.max(1, stop.grace)}ms`,
    'Restart=always',
    ...(systemdVersion < backsOffSince
      ? ['RestartSec=2']
      : ['RestartSec=1', 'RestartSteps=5', 'RestartMaxDelaySec=30']),
    '',
  ].join('\n')
}

/** The environment as EnvironmentFile= reads it. Throws `invalid` for what cannot be written in one. */
export const environmentOf = ({ service, environment }: Launch): string =>
  Object.entries(environment)
    .map(
      ([name, value]) => `${name}="${requirePlain(service, name, value).replaceAll(/["\\`$]/g, '\\$&')}"\n`,
    )
    .join('')

/** systemd drops a variable with any other control character without a word. */
const requirePlain = (service: string, name: string, value: string): string => {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (!/[\x00-\x08\x0b-\x1f\x7f]/.test(value)) return value
  throw new PersonError('invalid', `${name} of ${service} holds a control character.`, {
    hint: 'systemd passes on only text, tabs and line breaks: encode the value, for example as base64.',
  })
}

/** One word of a command line of a unit, whatever it holds. */
const word = (text: string): string => {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    .replaceAll('$', '$$$$')
  return `"${unspecified(escaped)}"`
}

/** `%` begins a specifier, such as the host's name, nearly everywhere. */
const unspecified = (text: string): string => text.replaceAll('%', '%%')
