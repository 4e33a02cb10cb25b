import type { Command } from 'commander'
import { listQuarantine } from '../../../shared/api/deploys.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { table } from '../output/table.ts'
import { ageOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

export const defineQuarantine = (command: Command): void => {
  command.action(async () => {
    const session = await openSession(command)
    const answer = await call(session, listQuarantine, {})
    print(session, answer, () =>
      answer.quarantine.length === 0
        ? ['No version is in quarantine.']
        : table(
            ['SERVICE', 'VERSION', 'AGE', 'DEPLOY', 'WHY'],
            answer.quarantine.map(({ service, version, at, deployId, reason }) => [
              service,
              version,
              ageOf(at, Date.now()),
              String(deployId),
              safeText(reason),
            ]),
            session.output.columns,
          ),
    )
  })
}
