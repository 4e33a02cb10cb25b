import type { Command } from 'commander'
import { getBuild } from '../../../../shared/api/builds.ts'
import { parseBuildId, parseTimeout } from '../../arguments.ts'
import { call, openSession } from '../../session.ts'
import { addTimeoutFlag } from '../../watch/start-and-watch.ts'
import { watchBuild } from '../../watch/watch-build.ts'

export const defineBuildWatch = (command: Command): void => {
  const watch = command
    .command('watch')
    .description('follow the log of a build until it ends')
    .argument('<build>', 'its number')
  addTimeoutFlag(watch).action(async (text: string, { timeout }: { timeout: string }) => {
    const id = parseBuildId(text)
    const timeoutMs = parseTimeout(timeout)
    const session = await openSession(command)
    await watchBuild(session, await call(session, getBuild, { params: { id } }), timeoutMs)
  })
}
