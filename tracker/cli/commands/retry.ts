import type { Command } from 'commander'
import { retryDeploy } from '../../../shared/api/deploys.ts'
import { parseDeployId, parseTimeout } from '../arguments.ts'
import { addForwardFlags, forwardTermsOf, type ForwardFlags } from '../terms.ts'
import { call, openSession } from '../session.ts'
import { addWatchFlags, watchNewDeploy, type WatchFlags } from '../watch/start-and-watch.ts'

export const defineRetry = (command: Command): void => {
  command.argument('<id>', 'the deploy to try again')
  addForwardFlags(addWatchFlags(command)).action(async (text: string, flags: WatchFlags & ForwardFlags) => {
    const id = parseDeployId(text)
    parseTimeout(flags.timeout)
    const body = forwardTermsOf(flags)
    const session = await openSession(command)
    const { idempotencyKey } = flags
    const deploy = await call(session, retryDeploy, { params: { id }, body, idempotencyKey })
    await watchNewDeploy(session, deploy, flags)
  })
}
