import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { Workspace } from '../builder.ts'
import type { Declaration } from './declaration.ts'
import { parseExported } from './exported.ts'
import { exportLock } from './lock-tools.ts'
import { pipInstall } from './pip.ts'
import { parseProject, type Project } from './project.ts'

/** Installs what is declared, and the service itself where it is a package. */
export const installDeclared = async (workspace: Workspace, declared: Declaration): Promise<void> => {
  const { directory, say } = workspace
  switch (declared.by) {
    case 'nothing':
      say('There is no lock file, requirements.txt or pyproject.toml, so nothing is installed.')
      return
    case 'requirements':
      await pipInstall(workspace, ['--requirement', join(workspace.checkout, declared.file)], directory)
      return
    case 'project':
      say('There is no lock file, so the newest versions that pyproject.toml allows are installed.')
      await installProject(workspace, declared)
      return
    case 'uv':
    case 'poetry':
      await installLocked(workspace, declared)
      if ((await projectOf(workspace)).isPackage) await installItself(workspace, ['--no-deps'])
  }
}

const installLocked = async (workspace: Workspace, declared: Declaration): Promise<void> => {
  const exported = `${workspace.checkout}.requirements.txt`
  await exportLock(workspace, declared, exported)
  const { hashed, unhashed } = parseExported(await readFile(exported, 'utf8'))
  // Nothing is resolved again: all that is needed is named.
  const top = join(workspace.checkout, posix.dirname(declared.file))
  await installListed(workspace, hashed, ['--no-deps', '--require-hashes'], top)
  await installListed(workspace, unhashed, ['--no-deps'], top)
}

const installProject = async (workspace: Workspace, declared: Declaration): Promise<void> => {
  const { isPackage, dependencies } = await projectOf(workspace)
  if (isPackage) await installItself(workspace, [])
  else
    await installListed(workspace, dependencies, [], join(workspace.checkout, posix.dirname(declared.file)))
}

const installListed = async (
  workspace: Workspace,
  requirements: readonly string[],
  options: readonly string[],
  cwd: string,
): Promise<void> => {
  if (requirements.length === 0) return
  const file = `${workspace.checkout}.listed.txt`
  await writeFile(file, `${requirements.join('\n')}\n`)
  await pipInstall(workspace, [...options, '--requirement', file], cwd)
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
