import { isLoaderVariable } from './domain/service-config.ts'
import { PersonError } from './errors.ts'

/**
 * `NAME=value` lines and `#` comments. The value is the rest of the line as it stands, without the spaces around it. Throws
 * `invalid` with file and line, also for variables that would load foreign code into the service.
 */
export const parseEnvironmentFile = (text: string, path: string): Record<string, string> => {
  const variables: Record<string, string> = {}
  text.split('\n').forEach((line, index) => {
    if (/^\s*(#|$)/.test(line)) return
    const [, name, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined || value.includes('\0'))
      throw malformed(path, index, 'it is not NAME=value')
    if (isLoaderVariable(name))
      throw malformed(path, index, `${name} would load foreign code into the service`)
    variables[name] = value.trim()
  })
  return variables
}

const malformed = (path: string, index: number, reason: string): PersonError =>
  new PersonError('invalid', `Line ${index + 1} of ${path} cannot be used: ${reason}.`, {
    hint: 'Correct the file, then try again.',
  })
