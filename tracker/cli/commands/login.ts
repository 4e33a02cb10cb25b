import type { Command } from 'commander'
import { getSession } from '../../../shared/api/sessions.ts'
import { PersonError } from '../../../shared/errors.ts'
import { safeJson, safeText } from '../../../shared/terminal-text.ts'
import { configPath, writeConfig } from '../config-file.ts'
import { ask, canAsk, readStandardInput } from '../prompt.ts'
import { call, parseTrackerUrl, type GlobalFlags } from '../session.ts'

interface Flags extends GlobalFlags {
  readonly tokenStdin?: true
}

const longestToken = 10_000

export const defineLogin = (command: Command): void => {
  command
    .argument('[url]', 'the tracker’s URL, as it printed when it became ready')
    .option('--token-stdin', 'read the token from standard input (a flag shows in the list of processes)')
    .action(async (url: string | undefined) => {
      const flags = command.optsWithGlobals<Flags>()
      const target = { url: await urlFrom(url, flags), token: await tokenFrom(flags) }
      const { name } = await call({ target }, getSession, {})
      await writeConfig(configPath(), target)
      const text = flags.json
        ? safeJson({ url: target.url, name })
        : `Logged in to ${target.url} as ${safeText(name)}.`
      process.stdout.write(`${text}\n`)
    })
}

const urlFrom = async (argument: string | undefined, flags: Flags): Promise<string> => {
  const given = argument ?? flags.url ?? (process.env['TRACKER_URL'] || undefined)
  if (given !== undefined) return parseTrackerUrl('tracker URL', given)
  if (canAsk()) return parseTrackerUrl('tracker URL', await ask('Tracker URL: '))
  throw new PersonError('usage', 'The tracker’s URL is missing.', { hint: 'Run `tracker login URL`.' })
}

const tokenFrom = async (flags: Flags): Promise<string> => {
  const token = await givenToken(flags)
  if (token !== '') return token
  throw new PersonError('usage', 'The token is empty.', {
    hint: 'The tracker printed it on its first start.',
  })
}

const givenToken = async (flags: Flags): Promise<string> => {
  if (flags.tokenStdin) return (await readStandardInput(longestToken)).trim()
  const token = flags.token ?? (process.env['TRACKER_TOKEN'] || undefined)
  if (token !== undefined) return token
  if (canAsk()) return ask('Token (not shown): ', { secret: true })
  throw new PersonError('usage', 'There is no terminal to ask for the token.', {
    hint: 'Give it with --token-stdin.',
  })
}
