import { posix } from 'node:path'
import type { PythonBuild } from '../../../shared/domain/build-config.ts'
import { PersonError } from '../../../shared/errors.ts'
import type { Sources } from '../builder.ts'

/** The file that says what a service needs, and who can read it. */
export interface Declaration {
  readonly by: 'uv' | 'poetry' | 'requirements' | 'project' | 'nothing'
  /** From the top of the repo. Empty where there is none. */
  readonly file: string
}

const readers: Readonly<Record<string, Declaration['by']>> = {
  'uv.lock': 'uv',
  'poetry.lock': 'poetry',
  'requirements.txt': 'requirements',
}

/** By `build.requirements`, or else by what lies beside service.yaml. Throws `invalid` when that leaves a doubt. */
export const declarationOf = async (
  { requirements }: Pick<PythonBuild, 'requirements'>,
  { directory, names }: Sources,
): Promise<Declaration> => {
  const there = await names(directory)
  if (requirements !== undefined) return namedBy(posix.join(directory, requirements), names)
  const found = Object.keys(readers).filter((name) => there.has(name))
  if (found.length > 1) throw several(found)
  const [only] = found
  if (only !== undefined) return readBy(posix.join(directory, only))
  if (!there.has('pyproject.toml')) return { by: 'nothing', file: '' }
  return (await workspaceLock(directory, names)) ?? readBy(posix.join(directory, 'pyproject.toml'))
}

const readBy = (file: string): Declaration => {
  const name = posix.basename(file)
  return { by: name === 'pyproject.toml' ? 'project' : (readers[name] ?? 'requirements'), file }
}

const namedBy = async (file: string, names: Sources['names']): Promise<Declaration> => {
  if ((await names(posix.dirname(file))).has(posix.basename(file))) return readBy(file)
  throw new PersonError('invalid', `There is no ${file}, which build.requirements of service.yaml names.`, {
    field: 'build.requirements',
    hint: 'Name a file that is there at this commit, relative to service.yaml.',
  })
}

/** A workspace of uv has one lock file, at its top. */
const workspaceLock = async (
  directory: string,
  names: Sources['names'],
): Promise<Declaration | undefined> => {
  for (let top = directory; top !== '.';) {
    top = posix.dirname(top)
    if ((await names(top)).has('uv.lock')) return readBy(posix.join(top, 'uv.lock'))
  }
  return undefined
}

const several = (found: readonly string[]): PersonError =>
  new PersonError('invalid', `There are ${found.join(' and ')}, so which one holds is not known.`, {
    field: 'build.requirements',
    hint: `Remove all but one, or name the right one in service.yaml: \`build: { type: python, requirements: ${found[0] ?? ''} }\`.`,
  })
