import type { Command } from 'commander'
import { listPackers, type PackerView } from '../../../shared/api/packers.ts'
import { labelsText } from '../../../shared/domain/names.ts'
import { painter, type Paint, type Tone } from '../output/palette.ts'
import { table } from '../output/table.ts'
import { ageOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

export const definePackers = (command: Command): void => {
  command.action(async () => {
    const session = await openSession(command)
    const answer = await call(session, listPackers, {})
    const { columns, colour } = session.output
    print(session, answer, () =>
      answer.packers.length === 0
        ? ['No packers yet. Let one join: tracker enroll NAME --packer']
        : packerTable(answer.packers, Date.now(), columns, painter(colour)),
    )
  })
}

const tones: Record<PackerView['state'], Tone> = { ready: 'good', busy: 'busy', silent: 'bad' }

export const packerTable = (
  packers: readonly PackerView[],
  now: number,
  columns: number,
  paint: Paint,
): string[] =>
  table(
    ['PACKER', 'STATE', 'HEARD', 'ROOM', 'BUILDING', 'LABELS'],
    packers.map(({ name, state, heardAt, capacity, builds, labels }) => [
      name,
      paint(tones[state], state),
      heardAt === undefined ? '-' : `${ageOf(heardAt, now)} ago`,
      capacity === undefined ? '-' : `${Math.max(capacity - builds.length, 0)} of ${capacity}`,
      builds.length === 0 ? '-' : builds.join(', '),
      labelsText(labels),
    ]),
    columns,
  )
