import { access, cp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from '../builder.ts'

/** Where packages go, inside the release. */
export const sitePackages = 'site-packages'

/** Into site-packages, beside what is there already. `what` are words for pip; paths in them are relative to `cwd`. */
export const pipInstall = async (
  { checkout, directory, run }: Workspace,
  what: readonly string[],
  cwd: string,
): Promise<void> => {
  // By itself, as pip leaves out the commands of a package when others have put some there before.
  const portion = `${checkout}.portion`
  const wheelhouse = join(directory, 'wheelhouse')
  const from = (await exists(wheelhouse)) ? ['--no-index', '--find-links', wheelhouse] : []
  await run('python3', [...words, '--target', portion, ...from, ...what], { cwd, env: compiling })
  await moveInto(portion, join(directory, sitePackages))
}

const words = [
  ...['-m', 'pip', 'install', '--no-compile', '--no-warn-script-location', '--progress-bar=off'],
  '--root-user-action=ignore',
]

/** Native modules would have the random directory in which pip compiles them in what is meant for debuggers. */
const compiling = { CFLAGS: '-g0', CXXFLAGS: '-g0' }

const moveInto = async (portion: string, target: string): Promise<void> => {
  if (!(await exists(portion))) return
  if (await exists(target)) {
    await cp(portion, target, { recursive: true, verbatimSymlinks: true })
    await rm(portion, { recursive: true })
  } else await rename(portion, target)
  const entries = await readdir(target)
  if (entries.length === 0) await rm(target, { recursive: true })
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
