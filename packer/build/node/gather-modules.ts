import { constants } from 'node:fs'
import { chmod, cp, mkdir, realpath, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { PersonError } from '../../../shared/errors.ts'
import { readPackageFile, type PackageFile } from './package-file.ts'

/** A package that was put into the new node_modules: where it came from, and who is around it. */
interface Placed {
  /** Its real directory, in the checkout. */
  readonly source: string
  readonly target: string
  readonly name: string
  readonly file: PackageFile
  readonly parent: Placed | undefined
  /** What lies in its own node_modules. */
  readonly inner: Map<string, Placed>
}

/** What a package writes beside itself when it is installed, and needs without saying so. */
const generated: Readonly<Record<string, readonly string[]>> = { '@prisma/client': ['.prisma/client'] }

/** No real tree is as deep. */
const maxDepth = 60

/**
 * Makes a new node_modules for a service, beside the checkout, with all that it needs in production, wherever the package manager put that:
 * hoisted to the top of a workspace, in pnpm's store, or a package of the same repo. Everything finds there what it found
 * before: a package goes to the top, or, where another of its name is in the way, into the one that needs it.
 */
export const gatherModules = async (checkout: string, directory: string): Promise<string> => {
  const top = await realpath(checkout)
  const target = `${checkout}.modules`
  const service = await placed(await realpath(directory), dirname(target), 'the service', undefined)
  const root = { ...service, target }
  // All that one package needs is placed before what that needs: so nothing gets in between later.
  const waiting: Placed[] = [root]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const name of neededBy(next)) {
      const source = await findModule(next.source, name, top)
      if (source === undefined) requireOptional(name, next)
      else if (visibleFrom(next, name)?.source !== source) waiting.push(await place(name, source, next, root))
    }
  }
  await mkdir(target, { recursive: true })
  await linkCommands(root)
  return target
}

const placed = async (
  source: string,
  target: string,
  name: string,
  parent: Placed | undefined,
): Promise<Placed> => {
  const file = await readPackageFile(source)
  if (file === undefined) throw missing(name, parent?.name ?? 'the service')
  return { source, target, name, file, parent, inner: new Map() }
}

const neededBy = ({ name, file }: Placed): string[] => {
  const said = [file.dependencies, file.optionalDependencies, file.peerDependencies]
  const names = said.flatMap((needs) => Object.keys(needs))
  return [...new Set([...names, ...(generated[name] ?? [])])].sort()
}

/** As Node.js looks for it: in node_modules of the directory itself and of all above it. */
const findModule = async (from: string, name: string, top: string): Promise<string | undefined> => {
  for (let directory = from; ; directory = dirname(directory)) {
    if (basename(directory) !== 'node_modules') {
      const found = await realpath(join(directory, 'node_modules', name)).catch(() => undefined)
      if (found !== undefined) return insideOf(top, found, name)
    }
    if (directory === top || directory === dirname(directory)) return undefined
  }
}

const insideOf = (top: string, path: string, name: string): string => {
  if (path.startsWith(top + sep)) return path
  throw new PersonError('invalid', `The package ${name} is a link to ${path}, outside of the repo.`, {
    hint: 'Depend on a package of the repo or of a registry.',
  })
}

const requireOptional = (name: string, by: Placed): void => {
  if (name in by.file.dependencies && !(name in by.file.optionalDependencies)) throw missing(name, by.name)
}

const missing = (name: string, by: string): PersonError =>
  new PersonError(
    'invalid',
    `The package ${name}, which ${by} depends on, is in no node_modules after the install.`,
    {
      hint: 'Is it in the lockfile? yarn 2 and later need `nodeLinker: node-modules` in .yarnrc.yml.',
    },
  )

const visibleFrom = (from: Placed, name: string): Placed | undefined => {
  for (let holder: Placed | undefined = from; holder !== undefined; holder = holder.parent) {
    const found = holder.inner.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

const place = async (name: string, source: string, by: Placed, root: Placed): Promise<Placed> => {
  const holder = visibleFrom(by, name) === undefined ? root : by
  const modules = holder === root ? root.target : join(holder.target, 'node_modules')
  const package_ = await placed(source, join(modules, name), name, holder)
  if (depthOf(package_) > maxDepth) throw new Error(`${name} is needed by itself in ever other versions`)
  holder.inner.set(name, package_)
  await copyPackage(source, package_.target)
  return package_
}

const depthOf = ({ parent }: Placed): number => (parent === undefined ? 0 : depthOf(parent) + 1)

/** Without its own node_modules, of which what is needed is placed in its turn. */
const copyPackage = (source: string, target: string): Promise<void> =>
  cp(source, target, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (path) => relative(source, path) !== 'node_modules',
  })

/** node_modules/.bin, as `npm start` looks there. */
const linkCommands = async ({ target, inner }: Placed): Promise<void> => {
  const bin = join(target, '.bin')
  for (const { name, file, target: directory } of inner.values()) {
    const commands = typeof file.bin === 'string' ? { [basename(name)]: file.bin } : (file.bin ?? {})
    for (const [command, path] of Object.entries(commands)) {
      const program = join(directory, path)
      const isInside = program.startsWith(directory + sep) && basename(command) === command
      if (!isInside || !(await makeExecutable(program))) continue
      await mkdir(bin, { recursive: true })
      await rm(join(bin, command), { force: true })
      await symlink(relative(bin, program), join(bin, command))
    }
  }
}

const makeExecutable = (path: string): Promise<boolean> =>
  chmod(path, 0o755).then(
    () => true,
    () => false,
  )
