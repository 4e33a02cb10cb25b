import type { Command } from 'commander'
import { getDeploy } from '../../../shared/api/deploys.ts'
import { parseDeployId, parseTimeout } from '../arguments.ts'
import { call, openSession } from '../session.ts'
import { addTimeoutFlag } from '../watch/start-and-watch.ts'
import { watchDeploy } from '../watch/watch-deploy.ts'

export const defineWatch = (command: Command): void => {
  command.argument('<id>', 'the deploy, as `tracker status` shows it')
  addTimeoutFlag(command).action(async (text: string, { timeout }: { timeout: string }) => {
    const id = parseDeployId(text)
    const timeoutMs = parseTimeout(timeout)
    const session = await openSession(command)
    const deploy = await call(session, getDeploy, { params: { id } })
    await watchDeploy(session, deploy, { since: 0, timeoutMs })
  })
}
