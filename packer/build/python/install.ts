import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { maskCredentials } from '../../git/repo-url.ts'
import { some } from '../../../shared/wording.ts'
import type { Workspace } from '../builder.ts'
import type { Declaration } from './declaration.ts'
import { decidingRequirements } from './deciding-requirements.ts'
import { parseExported } from './exported.ts'
import { installDecided, notKept } from './install-decided.ts'
import { exportLock } from './lock-tools.ts'
import { pipInstall } from './pip.ts'
import { parseProject, type Project } from './project.ts'

/** Installs what is declared, and the service itself where it is a package. */
export const installDeclared = async (workspace: Workspace, declared: Declaration): Promise<void> => {
  const { say } = workspace
  switch (declared.by) {
    case 'nothing':
      say('There is no lock file, requirements.txt or pyproject.toml, so nothing is installed.')
      return
    case 'requirements':
      await installRequirements(workspace, declared)
      return
    case 'project':
      say(
        'There is no lock file, so the newest versions that pyproject.toml allows are installed, and not kept for later builds.',
      )
      await installProject(workspace, declared)
      return
    case 'uv':
    case 'poetry':
      await installLocked(workspace, declared)
  }
}

const installRequirements = async (workspace: Workspace, { file }: Declaration): Promise<void> => {
  const { checkout, directory, say } = workspace
  const what = ['--requirement', join(checkout, file)]
  const deciding = await decidingRequirements(checkout, file)
  if ('files' in deciding) {
    const decided = { what, cwd: directory, requirements: [], files: deciding.files }
    await installDecided(workspace, decided, { isBase: false })
  } else {
    say(notKept(deciding.unknown))
    await pipInstall(workspace, what, directory)
  }
}

const installLocked = async (workspace: Workspace, declared: Declaration): Promise<void> => {
  const exported = `${workspace.checkout}.requirements.txt`
  await exportLock(workspace, declared, exported)
  const { hashed, unhashed } = parseExported(await readFile(exported, 'utf8'))
  const { isPackage } = await projectOf(workspace)
  const cwd = join(workspace.checkout, posix.dirname(declared.file))
  // Nothing is resolved again: all that is needed is named.
  if (hashed.length > 0) {
    const what = await listed(workspace, hashed, ['--no-deps', '--require-hashes'])
    const decided = { what, cwd, requirements: hashed, files: [] }
    await installDecided(workspace, decided, { isBase: isPackage || unhashed.length > 0 })
  }
  if (unhashed.length > 0) {
    workspace.say(
      `Not kept for later builds, as there are no hashes of it: ${some(unhashed.map(maskCredentials))}.`,
    )
    await pipInstall(workspace, await listed(workspace, unhashed, ['--no-deps']), cwd)
  }
  if (isPackage) await installItself(workspace, ['--no-deps'])
}

const installProject = async (workspace: Workspace, declared: Declaration): Promise<void> => {
  const { isPackage, dependencies } = await projectOf(workspace)
  const cwd = join(workspace.checkout, posix.dirname(declared.file))
  if (isPackage) await installItself(workspace, [])
  else if (dependencies.length > 0)
    await pipInstall(workspace, await listed(workspace, dependencies, []), cwd)
}

/** Words by which pip installs these. */
const listed = async (
  { checkout }: Workspace,
  requirements: readonly string[],
  options: readonly string[],
): Promise<string[]> => {
  const file = `${checkout}.listed.txt`
  await writeFile(file, `${requirements.join('\n')}\n`)
  return [...options, '--requirement', file]
}

/** From a copy of the repo, as building leaves files beside the sources. */
const installItself = async (workspace: Workspace, options: readonly string[]): Promise<void> => {
  const { checkout, sources } = workspace
  const copy = `${checkout}.copy`
  await cp(checkout, copy, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('/site-packages'),
  })
  await pipInstall(workspace, [...options, '.'], join(copy, sources.directory))
  await rm(copy, { recursive: true })
}

const projectOf = async ({ sources }: Workspace): Promise<Project> =>
  parseProject((await sources.read(posix.join(sources.directory, 'pyproject.toml'))) ?? '')
