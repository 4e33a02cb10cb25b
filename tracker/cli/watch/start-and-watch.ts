import type { Command } from 'commander'
import { IdempotencyKey } from '../../../shared/api/common.ts'
import type { DeployDetail } from '../../../shared/api/deploys.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { parseTimeout } from '../arguments.ts'
import { print, type Session } from '../session.ts'
import type { Outcome } from './outcome.ts'
import { titleOf } from './summary.ts'
import { waitLines } from './wait-line.ts'
import { watchDeploy } from './watch-deploy.ts'

export interface WatchFlags {
  readonly timeout: string
  readonly detach?: true
  readonly idempotencyKey?: string
}

export const addTimeoutFlag = (command: Command): Command =>
  command.option('--timeout <duration>', 'stop watching after this long, with exit code 8', '10m')

/** For every command that starts a deploy. */
export const addWatchFlags = (command: Command): Command =>
  addTimeoutFlag(command)
    .option('--detach', 'do not watch: print the deploy’s id and leave')
    .option(
      '--idempotency-key <key>',
      'run again with the same key, it starts nothing a second time (for a day)',
      (key) => parseSetting(IdempotencyKey, '--idempotency-key', key),
    )

/** Shows a deploy that was just made until it ends; with --detach, or while its time is yet to come, only says which it is. */
export const watchNewDeploy = async (
  session: Session,
  deploy: DeployDetail,
  flags: WatchFlags,
  wanted: Outcome = 'succeeded',
): Promise<void> => {
  const timeoutMs = parseTimeout(flags.timeout)
  const now = Date.now()
  if (!flags.detach && (deploy.notBefore ?? 0) <= now)
    return watchDeploy(session, deploy, { since: deploy.seq, timeoutMs, wanted })
  print(session, deploy, () => [
    titleOf(deploy),
    ...waitLines(deploy, now),
    ...deploy.warnings.map((warning) => `  note: ${safeText(warning)}`),
    `  watch it:  tracker watch ${deploy.id}`,
    `  cancel it: tracker cancel ${deploy.id}`,
  ])
}
