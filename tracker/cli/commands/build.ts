import { Option, type Command } from 'commander'
import { startBuild } from '../../../shared/api/builds.ts'
import { PersonError } from '../../../shared/errors.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { parseTimeout, parseWanted } from '../arguments.ts'
import { call, openSession, print, type Session } from '../session.ts'
import { addWatchFlags, type WatchFlags } from '../watch/start-and-watch.ts'
import { buildLines, watchBuild } from '../watch/watch-build.ts'

interface Flags extends WatchFlags {
  readonly rebuild?: true
}

export const defineBuild = (command: Command): void => {
  command.argument('<service[@ref]>', 'a branch, tag or commit; default: HEAD')
  command.option('--rebuild', 'also what was built before, with all dependencies installed anew')
  command.addOption(
    new Option('--watch', 'follow its log until it ends, as it does by itself').conflicts('detach'),
  )
  addWatchFlags(command).action(async (text: string, flags: Flags) => build(command, text, flags))
}

const build = async (command: Command, text: string, flags: Flags): Promise<void> => {
  const { service, ref, digest } = parseWanted(text)
  if (digest !== undefined) {
    throw new PersonError('usage', `${text} names an artifact, which is built already.`, {
      hint: `Deploy it: tracker deploy ${text}`,
    })
  }
  const timeoutMs = parseTimeout(flags.timeout)
  const session = await openSession(command)
  const body = { service, rebuild: flags.rebuild ?? false, ...(ref === undefined ? {} : { ref }) }
  const { idempotencyKey } = flags
  const answer = await call(session, startBuild, { body, idempotencyKey })
  if (answer.reused || flags.detach) {
    printOnly(session, answer)
    return
  }
  if (!session.json) process.stderr.write(`${safeText(answer.because)}\n`)
  await watchBuild(session, answer.build, timeoutMs)
}

const printOnly = (session: Session, answer: Parameters<typeof buildLines>[0]): void =>
  print(session, answer, () => buildLines(answer))
