import type { Command } from 'commander'
import { cancelBuild, listBuilds, type BuildView } from '../../../shared/api/builds.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { ServiceName } from '../../../shared/domain/names.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { parseBuildId } from '../arguments.ts'
import { defineBuildQueue } from './builds/queue.ts'
import { defineBuildShow } from './builds/show.ts'
import { defineBuildWatch } from './builds/watch.ts'
import { painter, type Paint, type Tone } from '../output/palette.ts'
import { table } from '../output/table.ts'
import { ageOf, spanOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

export const defineBuilds = (command: Command): void => {
  command
    .command('list', { isDefault: true })
    .description('builds, newest first, with who asked for them and who builds them')
    .argument('[service]', 'only of this service')
    .option('--limit <number>', 'how many at most', '20')
    .action(async (service: string | undefined, { limit }: { limit: string }) =>
      list(command, service, limit),
    )
  defineBuildQueue(command)
  defineBuildShow(command)
  defineBuildWatch(command)
  command
    .command('cancel')
    .description('end a build that has not ended; deploys that wait for it fail')
    .argument('<build>', 'its number')
    .option('--reason <text>', 'why, for the history')
    .action(async (build: string, { reason }: { reason?: string }) => cancel(command, build, reason))
}

const list = async (command: Command, service: string | undefined, limit: string): Promise<void> => {
  if (service !== undefined) parseSetting(ServiceName, 'service', service)
  const query = { limit: parseSetting(listBuilds.query.shape.limit, '--limit', limit), service }
  const session = await openSession(command)
  const answer = await call(session, listBuilds, { query })
  const { columns, colour } = session.output
  print(session, answer, () =>
    answer.builds.length === 0
      ? ['No builds yet. Begin one: tracker build SERVICE']
      : buildTable(answer.builds, Date.now(), columns, painter(colour)),
  )
}

const cancel = async (command: Command, text: string, reason: string | undefined): Promise<void> => {
  const id = parseBuildId(text)
  const session = await openSession(command)
  const body = reason === undefined ? {} : { reason }
  const build = await call(session, cancelBuild, { params: { id }, body })
  print(session, build, () => [`Build ${id} of ${build.service} ${build.version} is cancelled.`])
}

const tones: Record<BuildView['state'], Tone> = {
  queued: 'quiet',
  building: 'busy',
  built: 'good',
  failed: 'bad',
  cancelled: 'bad',
}

export const buildTable = (
  builds: readonly BuildView[],
  now: number,
  columns: number,
  paint: Paint,
): string[] =>
  table(
    ['BUILD', 'SERVICE', 'VERSION', 'STATE', 'AGE', 'TOOK', 'ASKED BY', 'PACKER', 'COMMIT'],
    builds.map((build) => [
      String(build.id),
      build.service,
      build.version,
      `${paint(tones[build.state], build.state)}${build.ahead ? `, ${build.ahead} before it` : ''}`,
      ageOf(build.createdAt, now),
      build.startedAt === undefined ? '-' : spanOf((build.endedAt ?? now) - build.startedAt),
      `${safeText(build.askedBy)}${build.cause === 'person' ? '' : ` (${build.cause})`}`,
      build.packer ?? '-',
      safeText(build.subject),
    ]),
    columns,
  )
