import { readFile } from 'node:fs/promises'

/**
 * Of all that the commands of a build see, what may decide what they make: all but the time of the commit, which no recipe may
 * let in; and what is in the files of settings that it names.
 */
export const decidingEnvironment = async (
  environment: Readonly<Record<string, string>>,
  settingsFiles: readonly (string | undefined)[],
): Promise<string[]> => {
  const variables = Object.entries(environment)
    .filter(([name]) => name !== 'SOURCE_DATE_EPOCH')
    .map(([name, value]) => `${name}=${value}`)
  const settings: string[] = []
  for (const path of settingsFiles) settings.push(path === undefined ? '' : await readFile(path, 'utf8'))
  return [...variables.sort(), ...settings]
}
