import type { Command } from 'commander'
import { getBuildQueue, type BuildQueue, type BuildView } from '../../../../shared/api/builds.ts'
import { parseSetting } from '../../../../shared/command-line.ts'
import { safeText } from '../../../../shared/terminal-text.ts'
import { table } from '../../output/table.ts'
import { ageOf, spanOf } from '../../output/times.ts'
import { call, openSession, print } from '../../session.ts'

export const defineBuildQueue = (command: Command): void => {
  command
    .command('queue')
    .description('what is being built, and what waits in the order of its turn, and for what')
    .option('--limit <number>', 'how many that wait at most', '20')
    .action(async ({ limit }: { limit: string }) => {
      const query = { limit: parseSetting(getBuildQueue.query.shape.limit, '--limit', limit) }
      const session = await openSession(command)
      const queue = await call(session, getBuildQueue, { query })
      print(session, queue, () => queueLines(queue, Date.now(), session.output.columns))
    })
}

const queueLines = ({ building, queued, waiting }: BuildQueue, now: number, columns: number): string[] => {
  if (building.length + waiting === 0) return ['Nothing is being built, and nothing waits.']
  const rows = [
    ...building.map((build) => [
      ...cellsOf(build, now),
      `building on ${build.packer ?? '-'} for ${spanOf(now - (build.startedAt ?? now))}`,
    ]),
    ...queued.map((build) => [...cellsOf(build, now), build.waitsFor]),
  ]
  return [
    ...table(['BUILD', 'SERVICE', 'VERSION', 'AGE', 'ASKED BY', 'WAITS FOR'], rows, columns),
    ...(waiting > queued.length ? [`and ${waiting - queued.length} more`] : []),
  ]
}

const cellsOf = (build: BuildView, now: number): string[] => [
  String(build.id),
  build.service,
  build.version,
  ageOf(build.createdAt, now),
  `${safeText(build.askedBy)}${build.cause === 'person' ? '' : ` (${build.cause})`}`,
]
