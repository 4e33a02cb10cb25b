import { access, cp, lstat, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from '../builder.ts'
import { compilePackages } from './compile.ts'
import { makeRelocatable } from './relocate.ts'
import { sitePackages } from './site-packages.ts'

/** Into site-packages, beside what is there already. `what` are words for pip; paths in them are relative to `cwd`. */
export const pipInstall = async (
  { checkout, directory, run }: Workspace,
  what: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> => {
  // By itself, as pip leaves out the commands of a package when others have put some there before.
  const portion = `${checkout}.portion`
  const wheels = join(directory, wheelhouse)
  const from = (await exists(wheels)) ? ['--no-index', '--find-links', wheels] : []
  await run('python3', [...words, '--target', portion, ...from, ...what], {
    cwd,
    env: { ...compiling, ...env },
  })
  await finishPackages(run, portion)
  await moveInto(portion, join(directory, sitePackages))
}

/** Beside service.yaml: packages that pip takes instead of downloading any. */
export const wheelhouse = 'wheelhouse'

/** So that the packages in a directory work wherever they lie, and from the first start on as quickly as later. */
export const finishPackages = async (run: Workspace['run'], directory: string): Promise<void> => {
  if (!(await isDirectory(directory))) return
  await makeRelocatable(directory)
  await compilePackages(run, directory)
}

const words = [
  ...['-m', 'pip', 'install', '--no-compile', '--no-warn-script-location', '--progress-bar=off'],
  '--root-user-action=ignore',
]

/** Native modules would have the random directory in which pip compiles them in what is meant for debuggers. */
const compiling = { CFLAGS: '-g0', CXXFLAGS: '-g0' }

const moveInto = async (portion: string, target: string): Promise<void> => {
  if (!(await isDirectory(portion))) return
  if (await isDirectory(target)) {
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

/** Not of a link to one: what is written there would be written elsewhere. */
const isDirectory = (path: string): Promise<boolean> =>
  lstat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
