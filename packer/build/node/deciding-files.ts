import { readdir } from 'node:fs/promises'
import { basename, dirname, join, normalize } from 'node:path'
import { readOptional, readPackageFile, type PackageFile } from './package-file.ts'
import type { PackageManager } from './package-manager.ts'

/** Which files of the repo decide what is installed, relative to the checkout; or why that cannot be told. */
export type Deciding = { readonly files: readonly string[] } | { readonly unknown: string }

/** What npm, pnpm and yarn read, and what `@prisma/client` makes its client of when it is installed. */
const decidingNames =
  /^(package\.json|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock|\.npmrc|\.yarnrc|\.yarnrc\.yml|\.pnpmfile\.c?js|.*\.prisma)$/
/** Of yarn: itself, plug-ins, patches, packages. Of pnpm: patches. */
const decidingDirectories = /(^|\/)(\.yarn|patches)\//

/** Scripts of the repo's own that run at an install; they may read all that is there. */
const installScripts = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
  'pnpm:devPreinstall',
]

/** Those below the lockfile's directory, and those right in the directories above it. */
export const decidingFiles = async (
  checkout: string,
  { root, lockfile }: PackageManager,
): Promise<Deciding> => {
  const base = root === '.' ? '' : root
  const below = await pathsBelow(checkout, base)
  const paths = [...below, ...(await pathsAbove(checkout, base))]
  const unknown =
    installedAlready(below) ??
    local(lockfile, (await readOptional(join(checkout, root, lockfile))) ?? '') ??
    linked(paths.filter(({ path }) => decides(path)))
  if (unknown !== undefined) return { unknown }
  return withCommands(
    checkout,
    paths.map(({ path }) => path),
  )
}

/** All node_modules below a directory of the checkout, but for those inside of others. */
export const modulesBelow = async (checkout: string, base: string): Promise<string[]> =>
  (await pathsBelow(checkout, base)).map(({ path }) => path).filter(isModules)

interface Path {
  readonly path: string
  readonly isLink: boolean
}

const decides = (path: string): boolean =>
  decidingNames.test(basename(path)) || decidingDirectories.test(path)

const isModules = (path: string): boolean => basename(path) === 'node_modules'

const installedAlready = (paths: readonly Path[]): string | undefined => {
  const found = paths.find(({ path }) => isModules(path))
  return found && `${found.path} is in the repo`
}

const local = (lockfile: string, text: string): string | undefined => {
  const found = /\b(file|portal):|"\.\.\//.exec(text)
  return found ? `${lockfile} names other files of the repo ('${found[0]}')` : undefined
}

const linked = (paths: readonly Path[]): string | undefined => {
  const found = paths.find(({ isLink }) => isLink)
  return found && `${found.path} is a link`
}

/** The files, and of packages of the repo their commands, as an install makes links to those that are there. */
const withCommands = async (checkout: string, paths: readonly string[]): Promise<Deciding> => {
  const files = new Set(paths.filter(decides))
  for (const path of files) {
    if (basename(path) !== 'package.json') continue
    const file = await readPackageFile(join(checkout, dirname(path)))
    const script = installScripts.find((name) => file !== undefined && name in file.scripts)
    if (script !== undefined) return { unknown: `${path} has a script '${script}', which may read any file` }
    const compiled = join(dirname(path), 'binding.gyp')
    if (paths.includes(compiled)) return { unknown: `${compiled} has a package of the repo compiled` }
    for (const command of commandsOf(dirname(path), file)) if (paths.includes(command)) files.add(command)
  }
  return { files: [...files] }
}

const commandsOf = (directory: string, file: PackageFile | undefined): string[] => {
  const commands = typeof file?.bin === 'string' ? [file.bin] : Object.values(file?.bin ?? {})
  return commands.map((command) => normalize(join(directory, command)))
}

/** Files, links, and directories that are named node_modules. */
const pathsBelow = async (checkout: string, directory: string): Promise<Path[]> => {
  const paths: Path[] = []
  for (const entry of await readdir(join(checkout, directory), { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory() && !isModules(path)) paths.push(...(await pathsBelow(checkout, path)))
    else paths.push({ path, isLink: entry.isSymbolicLink() })
  }
  return paths
}

const pathsAbove = async (checkout: string, directory: string): Promise<Path[]> => {
  if (directory === '') return []
  const above = join(directory, '..') === '.' ? '' : join(directory, '..')
  const entries = await readdir(join(checkout, above), { withFileTypes: true })
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ path: join(above, entry.name), isLink: entry.isSymbolicLink() }))
  return [...paths, ...(await pathsAbove(checkout, above))]
}
