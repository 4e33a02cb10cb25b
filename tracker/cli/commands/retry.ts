import type { Command } from 'commander'
import { retryDeploy } from '../../../shared/api/deploys.ts'
import { parseDeployId, parseTimeout } from '../arguments.ts'
import { call, openSession } from '../session.ts'
import { addWatchFlags, watchNewDeploy, type WatchFlags } from '../watch/start-and-watch.ts'

export const defineRetry = (command: Command): void => {
  command.argument('<id>', 'the deploy to try again')
  addWatchFlags(command)
    .option('--reason <text>', 'why, for the history')
    .action(async (text: string, flags: WatchFlags & { reason?: string }) => {
      const id = parseDeployId(text)
      parseTimeout(flags.timeout)
      const session = await openSession(command)
      const body = flags.reason === undefined ? {} : { reason: flags.reason }
      const { idempotencyKey } = flags
      const deploy = await call(session, retryDeploy, { params: { id }, body, idempotencyKey })
      await watchNewDeploy(session, deploy, flags)
    })
}
