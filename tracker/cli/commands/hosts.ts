import type { Command } from 'commander'
import { listHosts, type HostView } from '../../../shared/api/hosts.ts'
import { painter, type Paint, type Tone } from '../output/palette.ts'
import { table } from '../output/table.ts'
import { ageOf } from '../output/times.ts'
import { addSelectionFlags, hostQueryOf, selectionOf, type SelectionFlags } from '../selection.ts'
import { call, openSession, print } from '../session.ts'

export const defineHosts = (command: Command): void => {
  addSelectionFlags(command).action(async (flags: SelectionFlags) => {
    const query = hostQueryOf(await selectionOf(flags))
    const session = await openSession(command)
    const answer = await call(session, listHosts, { query })
    const { columns, colour } = session.output
    print(session, answer, () =>
      answer.hosts.length === 0
        ? ['No such hosts. Let one join: tracker enroll NAME -c CLUSTER']
        : hostLines(answer.hosts, Date.now(), columns, painter(colour)),
    )
  })
}

const tones: Record<HostView['state'], Tone> = {
  enrolled: 'quiet',
  reporting: 'good',
  silent: 'bad',
  absent: 'quiet',
}

export const hostLines = (hosts: readonly HostView[], now: number, columns: number, paint: Paint): string[] =>
  table(
    ['HOST', 'CLUSTER', 'STATE', 'REPORTED', 'GRABBER', 'LABELS'],
    hosts.map(({ name, cluster, state, lastReportAt, grabber, labels }) => [
      name,
      cluster,
      paint(tones[state], state),
      lastReportAt === undefined ? 'never' : `${ageOf(lastReportAt, now)} ago`,
      grabber ?? '-',
      Object.entries(labels)
        .map((label) => label.join('='))
        .join(' '),
    ]),
    columns,
  )
