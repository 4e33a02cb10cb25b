import { readFile } from 'node:fs/promises'
import { SettingName, SettingValue, maxSettingBytes } from '../../../shared/domain/settings.ts'
import { parseEnvironmentFile } from '../../../shared/environment-file.ts'
import { messageOf, PersonError } from '../../../shared/errors.ts'
import { ask, canAsk, readStandardInput } from '../prompt.ts'

/** What is to be set, by words of the command line and by a file; a word counts before the file. No error repeats a value. */
export const givenSettings = async (
  words: readonly string[],
  file: string | undefined,
): Promise<Record<string, string>> => {
  const given = words.map(splitWord)
  const fromInput = given.filter(({ value }) => value === '-')
  if (fromInput.length > 1)
    throw new PersonError('usage', 'Only one value can come from standard input.', {
      hint: 'Give the others with --from-file, or one command each.',
    })
  const settings = file === undefined ? {} : await settingsOfFile(file)
  for (const { name, value } of given) settings[name] = value === '-' ? await secretlyGiven(name) : value
  if (Object.keys(settings).length === 0)
    throw new PersonError('usage', 'What is to be set is missing.', {
      hint: 'Give NAME=VALUE, NAME=- for a value from standard input, or --from-file .env.',
    })
  for (const [name, value] of Object.entries(settings)) requireUsable(name, value)
  return settings
}

const splitWord = (word: string): { name: string; value: string } => {
  const at = word.indexOf('=')
  if (at > 0) return { name: word.slice(0, at), value: word.slice(at + 1) }
  throw new PersonError('usage', 'What is to be set is NAME=VALUE, and one of the words has no name.', {
    hint: "Words with spaces need quotes: 'GREETING=good day'. NAME=- takes the value from standard input.",
  })
}

const settingsOfFile = async (path: string): Promise<Record<string, string>> => {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new PersonError('usage', `${path} cannot be read: ${messageOf(error)}.`, { field: '--from-file' })
  })
  return parseEnvironmentFile(text, path)
}

/** Asked for without showing it, or all that is piped in but for the line break at its end. */
const secretlyGiven = async (name: string): Promise<string> =>
  canAsk()
    ? ask(`${name}: `, { secret: true })
    : (await readStandardInput(maxSettingBytes + 2)).replace(/\r?\n$/, '')

const requireUsable = (name: string, value: string): void => {
  const problem = [SettingName.safeParse(name), SettingValue.safeParse(value)].find(({ success }) => !success)
  if (problem === undefined) return
  const reasons = problem.error?.issues.map(({ message }) => message).join('; ') ?? ''
  throw new PersonError('usage', `${name} cannot be set: ${reasons}.`)
}
