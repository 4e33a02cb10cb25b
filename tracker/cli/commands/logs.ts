import type { Command } from 'commander'
import { getDeploy, type DeployDetail } from '../../../shared/api/deploys.ts'
import type { Event } from '../../../shared/domain/event.ts'
import { PersonError } from '../../../shared/errors.ts'
import { safeJson } from '../../../shared/terminal-text.ts'
import * as z from 'zod'
import { readBuildLog } from '../../../shared/api/build-records.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { parseBuildId, parseDeployId } from '../arguments.ts'
import { painter } from '../output/palette.ts'
import { call, openSession, type Session } from '../session.ts'
import { eventsAfter } from '../watch/history.ts'
import { nameWidthOf, stepLines } from '../watch/step-lines.ts'
import { showBuildLog, type Search } from './logs-of-build.ts'

interface Flags {
  readonly host?: string
  readonly build?: string
  readonly search?: string
  readonly around?: string
}

export const defineLogs = (command: Command): void => {
  command
    .argument('[id]', 'the deploy')
    .option('--host <name>', 'only what happened on this host')
    .option('--build <id>', 'the log of a build instead')
    .option('--search <text>', 'of a build’s log, only lines with this text in them, in whatever case')
    .option('--around <lines>', 'so many lines before and after each that is found')
    .action(async (text: string | undefined, flags: Flags) => {
      const search = searchOf(flags)
      if (flags.build !== undefined) {
        const id = parseBuildId(flags.build)
        return showBuildLog(await openSession(command), id, search)
      }
      if (search !== undefined) throw onlyOfBuilds()
      if (text === undefined) {
        throw new PersonError('usage', 'Whose log is missing.', {
          hint: 'Run `tracker logs ID` or `tracker logs --build ID`.',
        })
      }
      return showDeploy(command, parseDeployId(text), flags.host)
    })
}

const Text = readBuildLog.query.shape.search.unwrap()
const Around = z
  .string()
  .regex(/^(\d|1\d|20)$/, 'give a number from 0 to 20')
  .transform(Number)

const searchOf = ({ search, around = '0' }: Flags): Search | undefined =>
  search === undefined
    ? undefined
    : {
        text: parseSetting(Text, '--search', search),
        around: parseSetting(Around, '--around', around),
      }

const onlyOfBuilds = (): PersonError =>
  new PersonError('usage', 'Only the log of a build can be searched.', {
    hint: 'Name it: `tracker logs --build ID --search TEXT`. `tracker status ID` tells a deploy’s build.',
  })

const showDeploy = async (command: Command, id: number, hostName: string | undefined): Promise<void> => {
  const session = await openSession(command)
  const deploy = await call(session, getDeploy, { params: { id } })
  const events =
    hostName === undefined
      ? await allEvents(session, deploy)
      : await eventsAfter(session, { deploy: id, host: hostIdOf(deploy, hostName) }, 0)
  show(session, events, hostName === undefined ? deploy.targets.map((target) => target.hostName) : [hostName])
  if (hostName === undefined && !session.json) tellOfForgottenLog(session, deploy, events)
}

/** A week after its end, the log of a build is with the build alone. */
const tellOfForgottenLog = (session: Session, { buildId }: DeployDetail, events: readonly Event[]): void => {
  if (buildId === undefined || events.some(({ kind }) => kind === 'build.log')) return
  session.output.write(`The log of its build: tracker logs --build ${buildId}\n`)
}

/** The build's events belong to the deploy, whichever deploy first asked for it. */
const allEvents = async (session: Session, { id, buildId }: DeployDetail): Promise<Event[]> => {
  const ofDeploy = await eventsAfter(session, { deploy: id }, 0)
  const ofBuild = buildId === undefined ? [] : await eventsAfter(session, { build: buildId }, 0)
  const bySeq = new Map([...ofBuild, ...ofDeploy].map((event) => [event.seq, event]))
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}

const hostIdOf = (deploy: DeployDetail, name: string): string => {
  const found = deploy.targets.find(({ hostName }) => hostName === name)
  if (found) return found.hostId
  throw new PersonError('not-found', `Deploy ${deploy.id} has no host '${name}'.`, {
    hint: `\`tracker status ${deploy.id}\` lists its hosts.`,
  })
}

const show = (session: Session, events: readonly Event[], names: readonly string[]): void => {
  const paint = painter(session.output.colour)
  const nameWidth = nameWidthOf(names)
  for (const event of events) {
    const lines = session.json ? [safeJson(event)] : stepLines(event, paint, nameWidth)
    for (const line of lines) session.output.write(`${line}\n`)
  }
}
