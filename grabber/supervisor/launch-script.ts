import { asAccount } from '../releases/account.ts'
import type { Launch } from '../releases/launch.ts'
import { quote } from './shell.ts'

export interface LaunchSurroundings {
  /** Files that a process writes 0 to in order to join its cgroups. */
  readonly cgroups: readonly string[]
  /** What marks the shim and its helpers, and is not the service's business. */
  readonly shimVariable: string
}

/** What the shim runs, as a process of its own, to become the service: it holds the environment, secrets too. */
export const launchScript = (launch: Launch, { cgroups, shimVariable }: LaunchSurroundings): string =>
  [
    ...cgroups.map((file) => `echo 0 >${quote(file)} || exit`),
    ...(launch.config.run.limits.files === undefined
      ? []
      : [`ulimit -n ${launch.config.run.limits.files} || exit`]),
    `cd ${quote(launch.directory)} || exit`,
    'umask 022',
    `unset OLDPWD ${shimVariable}`,
    ...Object.entries(launch.environment).map(([name, value]) => `export ${name}=${quote(value)}`),
    `exec ${[...asAccount(launch.account), '/bin/sh', '-c', quote(`exec ${launch.config.run.command}`)].join(' ')}`,
    '',
  ].join('\n')
