import type { Command } from 'commander'
import * as z from 'zod'
import { callApi, type ApiTarget } from '../../shared/api-client.ts'
import type { RequestOf, ResponseOf, Route } from '../../shared/api/route.ts'
import { endQuietlyOnClosedPipe, parseSetting } from '../../shared/command-line.ts'
import { PersonError } from '../../shared/errors.ts'
import { safeJson, safeText } from '../../shared/terminal-text.ts'
import { configPath, readConfig, type Config } from './config-file.ts'
import { standardOutput, type Terminal } from './output/terminal.ts'

/** What every command that talks to a tracker starts with. */
export interface Session {
  readonly target: ApiTarget
  readonly json: boolean
  readonly output: Terminal
}

export interface GlobalFlags {
  readonly url?: string
  readonly token?: string
  readonly json?: true
}

const TrackerUrl = z.url({
  protocol: /^https?$/,
  error: 'a tracker’s URL is like https://tracker.example or http://127.0.0.1:7070',
})

/** Throws `usage` or `unauthenticated` when nothing says which tracker, or how to log in there. */
export const openSession = async (command: Command): Promise<Session> => {
  const flags = command.optsWithGlobals<GlobalFlags>()
  endQuietlyOnClosedPipe()
  return {
    target: { ...(await findTarget(flags)), program: 'tracker' },
    json: flags.json === true,
    output: standardOutput(),
  }
}

export const parseTrackerUrl = (name: string, url: string): string =>
  parseSetting(TrackerUrl, name, url).replace(/\/+$/, '')

/** Calls the tracker. What it answers an error with may hold text from hosts and repos, so it is made safe to print. */
export const call = async <R extends Route>(
  session: Pick<Session, 'target'>,
  route: R,
  request: RequestOf<R>,
  timeoutMs?: number,
  signal?: AbortSignal,
): Promise<ResponseOf<R>> =>
  callApi(session.target, route, request, timeoutMs, signal).catch((error: unknown) => {
    throw error instanceof PersonError ? printable(error) : error
  })

/** Prints the value as JSON when that was asked for, else the lines. */
export const print = (session: Session, value: unknown, lines: () => readonly string[]): void => {
  const text = session.json ? [safeJson(value)] : lines()
  if (text.length > 0) session.output.write(`${text.join('\n')}\n`)
}

const printable = (error: PersonError): PersonError =>
  new PersonError(error.code, safeText(error.message), {
    hint: error.hint === undefined ? undefined : safeText(error.hint),
    field: error.field,
    cause: error.cause,
  })

/** The tracker and token to use: by flag, else by environment, else as logged in. */
export const findTarget = async ({ url, token }: GlobalFlags): Promise<ApiTarget> => {
  const given = url ?? (process.env['TRACKER_URL'] || undefined)
  const givenUrl = given === undefined ? undefined : parseTrackerUrl(url ? '--url' : 'TRACKER_URL', given)
  const givenToken = token ?? (process.env['TRACKER_TOKEN'] || undefined)
  if (givenUrl !== undefined && givenToken !== undefined) return { url: givenUrl, token: givenToken }
  return fromConfig(await readConfig(configPath()), givenUrl, givenToken)
}

const fromConfig = (config: Config | undefined, url = config?.url, token?: string): ApiTarget => {
  if (url === undefined) {
    throw new PersonError('usage', 'No tracker is chosen.', {
      hint: 'Run `tracker login URL`, or give --url and --token (TRACKER_URL and TRACKER_TOKEN).',
    })
  }
  // A token is shown only to the tracker that it is for.
  const known = token ?? (url === config?.url ? config.token : undefined)
  if (known === undefined) {
    throw new PersonError('unauthenticated', `No token is known for ${url}.`, {
      hint: `Run \`tracker login ${url}\`, or set TRACKER_TOKEN.`,
    })
  }
  return { url, token: known }
}
