import type { Command } from 'commander'
import { cancelDeploy } from '../../../shared/api/deploys.ts'
import { parseDeployId } from '../arguments.ts'
import { call, openSession, print } from '../session.ts'
import { tallyOf } from '../watch/summary.ts'
import { startProgress } from '../watch/progress.ts'

export const defineCancel = (command: Command): void => {
  command
    .argument('<id>', 'the deploy that is to touch no further host')
    .option('--reason <text>', 'why, for the history')
    .action(async (text: string, { reason }: { reason?: string }) => {
      const id = parseDeployId(text)
      const session = await openSession(command)
      const body = reason === undefined ? {} : { reason }
      const deploy = await call(session, cancelDeploy, { params: { id }, body })
      print(session, deploy, () => [
        `Deploy ${id} is ${deploy.state}: no further host is touched (${tallyOf(startProgress(deploy))}).`,
        `  bring changed hosts back: tracker rollback ${id}`,
      ])
    })
}
