import type { Command } from 'commander'
import { getVersions } from '../../../shared/api/versions.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { ServiceName } from '../../../shared/domain/names.ts'
import { parseMoment } from '../arguments.ts'
import { painter } from '../output/palette.ts'
import { dateTimeOf } from '../output/times.ts'
import { versionLines } from '../output/version-lines.ts'
import { addSelectionFlags, hostQueryOf, selectionOf, type SelectionFlags } from '../selection.ts'
import { call, openSession, print } from '../session.ts'

interface Flags extends SelectionFlags {
  readonly service?: string
  readonly outOfSync?: true
  readonly at?: string
}

export const defineVersions = (command: Command): void => {
  addSelectionFlags(command)
    .option('--service <name>', 'only this service')
    .option('--out-of-sync', 'only hosts that do not run what they should')
    .option('--at <time>', 'what ran then: how long ago (30m, 2h, 7d), or an ISO date-time')
    .action(async (flags: Flags) => {
      const query = { ...hostQueryOf(await selectionOf(flags)), ...narrowing(flags) }
      const session = await openSession(command)
      const answer = await call(session, getVersions, { query })
      const { columns, colour } = session.output
      const heading = flags.at === undefined ? [] : [`At ${dateTimeOf(answer.at)}:`, '']
      print(session, answer, () => [...heading, ...versionLines(answer, columns, painter(colour))])
    })
}

const narrowing = ({ service, outOfSync, at }: Flags) => ({
  ...(at === undefined ? {} : { at: parseMoment('--at', at, Date.now()) }),
  ...(service === undefined ? {} : { service: parseSetting(ServiceName, '--service', service) }),
  ...(outOfSync ? { outOfSync: 'true' as const } : {}),
})
