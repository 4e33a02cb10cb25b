import { realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { PersonError } from '../../shared/errors.ts'

/** A directory that lies inside another also once links are followed. Throws `invalid`, naming it as `name`, when it does not. */
export const innerDirectory = async (outer: string, path: string, name: string): Promise<string> => {
  const real = await realpath(join(outer, path)).catch(() => undefined)
  if (real === undefined || !(await stat(real)).isDirectory()) {
    throw new PersonError('invalid', `There is no directory '${path}', which ${name} names.`, {
      hint: 'Name one that is there at this commit, relative to service.yaml.',
    })
  }
  const way = relative(await realpath(outer), real)
  if (way !== '..' && !way.startsWith(`..${sep}`)) return real
  throw new PersonError(
    'invalid',
    `'${path}', which ${name} names, is a link that leads out of the service.`,
    {
      hint: 'Name the directory itself, inside the service’s path.',
    },
  )
}
