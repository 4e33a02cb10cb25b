import { chmod, mkdir, open, rename, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { errnoOf, messageOf, PersonError } from '../../shared/errors.ts'

/** What `tracker login` remembers. */
const Config = z.strictObject({ url: z.url({ protocol: /^https?$/ }), token: z.string().min(1).max(200) })
export type Config = z.infer<typeof Config>

export const configPath = (environment: NodeJS.ProcessEnv = process.env): string =>
  environment['APPTRACKER_CONFIG'] ??
  join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'apptracker', 'config.json')

/** The config, or nothing when nobody logged in. Refuses a file that others can read: it holds a token. */
export const readConfig = async (path: string): Promise<Config | undefined> => {
  const text = await readPrivate(path)
  if (text === undefined) return undefined
  const parsed = Config.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new PersonError('usage', `The config file ${path} is not one that tracker login wrote.`, {
    hint: 'Run `tracker login` to write it anew.',
  })
}

/** Writes the config whole or not at all, readable by its owner alone. */
export const writeConfig = async (path: string, config: Config): Promise<void> => {
  const temporary = `${path}.${process.pid}.new`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(temporary, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 })
    await chmod(temporary, 0o600)
    await rename(temporary, path)
  } catch (error) {
    throw new PersonError('internal', `The config file ${path} cannot be written: ${messageOf(error)}.`, {
      hint: 'Set APPTRACKER_CONFIG to a path that you can write.',
      cause: error,
    })
  }
}

const readPrivate = async (path: string): Promise<string | undefined> => {
  try {
    await using file = await open(path, 'r')
    const { mode } = await file.stat()
    if ((mode & 0o077) !== 0) throw tooOpen(path)
    return await file.readFile('utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    if (error instanceof PersonError) throw error
    throw new PersonError('usage', `The config file ${path} cannot be read: ${messageOf(error)}.`, {
      cause: error,
    })
  }
}

const tooOpen = (path: string): PersonError =>
  new PersonError('unauthenticated', `The config file ${path} holds a token and can be read by others.`, {
    hint: `Run: chmod 600 ${path}`,
  })

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
