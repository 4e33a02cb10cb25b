import type { Command } from 'commander'
import { getBuildChanges, getBuildRecord } from '../../../../shared/api/build-records.ts'
import { getBuild } from '../../../../shared/api/builds.ts'
import { parseBuildId } from '../../arguments.ts'
import { buildDetails, type KnownOfBuild } from '../../output/build-details.ts'
import { painter } from '../../output/palette.ts'
import { call, openSession, print, type Session } from '../../session.ts'

export const defineBuildShow = (command: Command): void => {
  command
    .command('show')
    .description('one build: its steps and their times, what is inside, what changed, where it comes from')
    .argument('<build>', 'its number')
    .action(async (text: string) => {
      const id = parseBuildId(text)
      const session = await openSession(command)
      const known = await load(session, id)
      print(session, known, () =>
        buildDetails(known, painter(session.output.colour), session.output.columns, Date.now()),
      )
    })
}

const load = async (session: Session, id: number): Promise<KnownOfBuild> => {
  const params = { id }
  const build = await call(session, getBuild, { params })
  if (!build.isKept) return { build }
  const record = await call(session, getBuildRecord, { params })
  if (record.made === undefined) return { build, record }
  return { build, record, changes: await call(session, getBuildChanges, { params }) }
}
