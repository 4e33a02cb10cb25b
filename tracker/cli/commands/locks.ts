import type { Command } from 'commander'
import { listLocks } from '../../../shared/api/locks.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { table } from '../output/table.ts'
import { dateTimeOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

export const defineLocks = (command: Command): void => {
  command.action(async () => {
    const session = await openSession(command)
    const answer = await call(session, listLocks, {})
    print(session, answer, () =>
      answer.locks.length === 0
        ? ['Nothing is locked.']
        : table(
            ['SERVICE', 'CLUSTER', 'OWNER', 'UNTIL', 'REASON'],
            answer.locks.map(({ service, cluster = 'all', owner, expiresAt, reason }) => [
              service,
              cluster,
              safeText(owner),
              dateTimeOf(expiresAt),
              safeText(reason),
            ]),
            session.output.columns,
          ),
    )
  })
}
