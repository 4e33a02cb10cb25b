import type { Command } from 'commander'
import { listAudit, type AuditEntry } from '../../../shared/api/audit.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { ServiceName } from '../../../shared/domain/names.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { table } from '../output/table.ts'
import { dateTimeOf } from '../output/times.ts'
import { addPeriodFlags, periodOf, type PeriodFlags } from '../period.ts'
import { call, openSession, print } from '../session.ts'

interface Flags extends PeriodFlags {
  readonly service?: string
  readonly who?: string
  readonly action?: string
  readonly subject?: string
}

export const defineAudit = (command: Command): void => {
  command
    .option('--service <name>', 'only what concerns this service')
    .option('--who <name>', 'only what this token, or this agent, did')
    .option('--action <name>', 'only this, for example deploy.create')
    .option('--subject <name>', "only what was done to this, for example 'deploy 12'")
  addPeriodFlags(command, 50).action(async (flags: Flags) => {
    const query = { ...narrowing(flags), ...periodOf(flags, Date.now()) }
    const session = await openSession(command)
    const answer = await call(session, listAudit, { query })
    print(session, answer, () =>
      answer.entries.length === 0
        ? ['Nothing was changed, as far as this asks.']
        : auditLines(answer.entries, session.output.columns),
    )
  })
}

const narrowing = ({ service, who, action, subject }: Flags) => ({
  who,
  action,
  subject,
  ...(service === undefined ? {} : { service: parseSetting(ServiceName, '--service', service) }),
})

export const auditLines = (entries: readonly AuditEntry[], columns: number): string[] =>
  table(
    ['WHEN', 'WHO', 'ACTION', 'SUBJECT', 'SERVICE', 'FROM', 'REASON'],
    entries.map((entry) => [
      dateTimeOf(entry.at),
      safeText(entry.who),
      entry.action,
      safeText(entry.subject),
      entry.service ?? '',
      `${entry.address} ${safeText(clientName(entry.client))}`,
      safeText(entry.reason ?? ''),
    ]),
    columns,
  )

/** Every browser calls itself Mozilla. */
const clientName = (client = ''): string => (client.startsWith('Mozilla/') ? 'page' : client)
