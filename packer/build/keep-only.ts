import { readdir, rm } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { PersonError } from '../../shared/errors.ts'
import { matchesGlob } from '../../shared/glob.ts'

/** Removes all of a directory but what the globs name, with what is below that. Throws `invalid` for a glob that names nothing. */
export const keepOnly = async (directory: string, globs: readonly string[]): Promise<void> => {
  const named = globs.map((glob) => posix.normalize(glob).replace(/\/$/, ''))
  if (named.includes('.')) return
  const paths = await pathsBelow(directory, '')
  for (const glob of named) requireMatch(glob, paths)
  const kept = keptOf(paths, named)
  for (const path of paths) {
    if (!kept.has(path)) await rm(join(directory, path), { recursive: true, force: true })
  }
}

/** All paths, parents first. Links are not followed, so nothing outside can be named. */
const pathsBelow = async (top: string, directory: string): Promise<string[]> => {
  const paths: string[] = []
  for (const entry of await readdir(join(top, directory), { withFileTypes: true })) {
    const path = join(directory, entry.name)
    paths.push(path)
    if (entry.isDirectory()) paths.push(...(await pathsBelow(top, path)))
  }
  return paths
}

const requireMatch = (glob: string, paths: readonly string[]): void => {
  if (paths.some((path) => matchesGlob(glob, path))) return
  const beside = paths.filter((path) => !path.includes('/')).slice(0, 20)
  throw new PersonError(
    'invalid',
    `There is no '${glob}' after build.command, and build.output of service.yaml names it.`,
    { hint: `Correct build.output; there are: ${beside.join(', ')}.` },
  )
}

/** What is named, what is below it, and the directories that lead to it. */
const keptOf = (paths: readonly string[], globs: readonly string[]): ReadonlySet<string> => {
  const whole = new Set<string>()
  for (const path of paths) {
    if (whole.has(dirname(path)) || globs.some((glob) => matchesGlob(glob, path))) whole.add(path)
  }
  const kept = new Set(whole)
  for (const path of whole) {
    for (let parent = dirname(path); parent !== '.' && !kept.has(parent); parent = dirname(parent)) {
      kept.add(parent)
    }
  }
  return kept
}
