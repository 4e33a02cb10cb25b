import type { Command } from 'commander'
import { listDeploys, rollbackDeploy, type DeployView } from '../../../shared/api/deploys.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { ServiceName } from '../../../shared/domain/names.ts'
import { PersonError } from '../../../shared/errors.ts'
import { parseDeployId, parseTimeout } from '../arguments.ts'
import { addTermsFlags, termsOf, type TermsFlags } from '../terms.ts'
import { call, openSession, type Session } from '../session.ts'
import { addWatchFlags, watchNewDeploy, type WatchFlags } from '../watch/start-and-watch.ts'

export const defineRollback = (command: Command): void => {
  command.argument('<id | service>', 'the deploy to undo, or the service whose last one is to be undone')
  addTermsFlags(addWatchFlags(command)).action(async (text: string, flags: WatchFlags & TermsFlags) => {
    parseTimeout(flags.timeout)
    const body = termsOf(flags)
    const session = await openSession(command)
    const id = await idOf(session, text)
    const { idempotencyKey } = flags
    const deploy = await call(session, rollbackDeploy, { params: { id }, body, idempotencyKey })
    if (!session.json) session.output.write(`${announcement(id, deploy)}\n`)
    await watchNewDeploy(session, deploy, flags, deploy.id === id ? 'rolled-back' : 'succeeded')
  })
}

/** A deploy that still runs goes back itself; for one that has ended a new one does. */
const announcement = (id: number, deploy: DeployView): string =>
  deploy.id === id
    ? `Deploy ${id} is ${deploy.state}.`
    : `Rolling back deploy ${id}. To undo this: tracker rollback ${deploy.id}`

const idOf = async (session: Session, text: string): Promise<number> => {
  if (/^\d+$/.test(text)) return parseDeployId(text)
  const service = parseSetting(ServiceName, 'service', text)
  const { deploys } = await call(session, listDeploys, { query: { service } })
  const last = deploys.find(changedSomething) ?? deploys[0]
  if (last) return last.id
  throw new PersonError('not-found', `Service ${service} was never deployed.`, {
    hint: 'See `tracker status` for what was.',
  })
}

/** A deploy whose build failed, or that found every host up to date, is not what someone wants undone. */
const changedSomething = ({ counts }: DeployView): boolean => (counts.committed ?? 0) > 0
