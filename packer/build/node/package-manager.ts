import { posix } from 'node:path'
import { PersonError } from '../../../shared/errors.ts'
import type { Sources } from '../builder.ts'
import { parsePackageFile } from './package-file.ts'

type Tool = 'npm' | 'pnpm' | 'yarn'

/** Who installs a service's dependencies, and where. */
export interface PackageManager {
  readonly tool: Tool
  /** Where the lockfile is, from the top of the repo: the service's directory, or that of the workspace that it is in. */
  readonly root: string
  readonly lockfile: string
  /** Words that install what the lockfile names, and nothing else. */
  readonly install: readonly string[]
}

const lockfiles: Readonly<Record<string, Tool>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
}

/** By the nearest lockfile, from the service's directory up to the top of the repo. Throws `invalid` when that leaves a doubt. */
export const packageManagerOf = async (sources: Sources): Promise<PackageManager> => {
  const { root, found } = await nearestLockfiles(sources)
  const wanted = await wantedTool(sources, root)
  const tools = new Set(found.map((name) => lockfiles[name]))
  const lockfile = found.find((name) => wanted === undefined || lockfiles[name] === wanted)
  if (wanted !== undefined && lockfile === undefined) throw withoutItsLockfile(wanted, found)
  const tool = lockfiles[lockfile ?? '']
  if (lockfile === undefined || tool === undefined) throw withoutLockfile()
  if (wanted === undefined && tools.size > 1) throw severalLockfiles(found)
  return { tool, root, lockfile, install: await installWords(tool, sources, posix.join(root, lockfile)) }
}

const nearestLockfiles = async ({
  directory,
  names,
}: Sources): Promise<{ root: string; found: readonly string[] }> => {
  if (!(await names(directory)).has('package.json')) throw withoutPackageFile()
  for (let root = directory; ; root = posix.dirname(root)) {
    const there = await names(root)
    const found = Object.keys(lockfiles).filter((name) => there.has(name))
    if (found.length > 0 || root === '.') return { root, found }
  }
}

/** What `packageManager` of package.json names, as Corepack reads it. */
const wantedTool = async ({ read }: Sources, root: string): Promise<Tool | undefined> => {
  const text = await read(posix.join(root, 'package.json'))
  const name = text === undefined ? undefined : parsePackageFile(text).packageManager?.split('@')[0]
  if (name === undefined) return undefined
  const tool = Object.values(lockfiles).find((known) => known === name)
  if (tool !== undefined) return tool
  throw new PersonError(
    'invalid',
    `package.json names ${name} as its packageManager, which cannot be built with.`,
    {
      hint: 'Use npm, pnpm or yarn; or build.type command, with commands of your own.',
    },
  )
}

const installWords = async (tool: Tool, { read }: Sources, lockfile: string): Promise<readonly string[]> => {
  if (tool === 'npm') return ['ci']
  if (tool === 'pnpm') return ['install', '--frozen-lockfile']
  // The lockfiles of yarn 2 and later begin otherwise, and so do its options.
  const isClassic = !/^__metadata:/m.test((await read(lockfile)) ?? '')
  return ['install', isClassic ? '--frozen-lockfile' : '--immutable']
}

const withoutPackageFile = (): PersonError =>
  new PersonError('invalid', 'There is no package.json beside service.yaml.', {
    hint: 'A service of type node needs one, and a lockfile: run `npm init` and `npm install`, and commit both.',
  })

const withoutLockfile = (): PersonError =>
  new PersonError(
    'invalid',
    'There is no package-lock.json, pnpm-lock.yaml or yarn.lock beside package.json or above it, so what would be installed is not known.',
    { hint: 'Run `npm install` and commit the package-lock.json that it writes.' },
  )

const severalLockfiles = (found: readonly string[]): PersonError =>
  new PersonError('invalid', `There are ${found.join(' and ')}, so which one holds is not known.`, {
    hint: 'Remove all but one, or name the right tool in package.json: "packageManager": "pnpm@9.15.0".',
  })

const withoutItsLockfile = (wanted: Tool, found: readonly string[]): PersonError =>
  new PersonError(
    'invalid',
    `package.json names ${wanted} as its packageManager, but there is no lockfile of ${wanted}${found.length > 0 ? `, only ${found.join(' and ')}` : ''}.`,
    { hint: `Run \`${wanted} install\` and commit the lockfile that it writes, or correct packageManager.` },
  )
