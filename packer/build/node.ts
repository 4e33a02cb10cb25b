import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { errnoOf, PersonError } from '../../shared/errors.ts'
import type { NodeBuild } from '../../shared/domain/build-config.ts'
import type { Builder, Workspace } from './builder.ts'
import { askTool } from './tool-version.ts'

const Package = z.looseObject({ scripts: z.record(z.string(), z.string()).optional() })

/** Node.js: the dependencies that the lockfile names, the build script if there is one, then production dependencies only. */
export const nodeBuilder: Builder<NodeBuild> = {
  revision: 1,
  toolVersions: async () => {
    const version = await askTool('node', ['--version'], 'Install Node.js and npm on the packer’s machine.')
    return `node${version.replace(/^v(\d+).*$/, '$1')}`
  },
  build: async (workspace) => {
    const { scripts = {} } = await readPackage(workspace.directory)
    const script = scriptOf(workspace, scripts)
    await requireLockfile(workspace.directory)
    await workspace.run('npm', ['ci'])
    if (script !== undefined) await workspace.run('npm', ['run', script])
    await workspace.run('npm', ['prune', '--omit=dev', '--no-save'])
    return { directory: workspace.directory, variables: {} }
  },
}

const readPackage = async (directory: string): Promise<z.output<typeof Package>> => {
  const text = await readOptional(join(directory, 'package.json'))
  if (text === undefined) {
    throw new PersonError('invalid', 'There is no package.json beside service.yaml.', {
      hint: 'A service of type node needs one, and a package-lock.json: run `npm init` and commit both.',
    })
  }
  const parsed = Package.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new PersonError('invalid', 'package.json is not a valid package file.', { cause: parsed.error })
}

const scriptOf = (
  { build }: Workspace<NodeBuild>,
  scripts: Readonly<Record<string, string>>,
): string | undefined => {
  const { script } = build
  if (script === undefined) return 'build' in scripts ? 'build' : undefined
  if (script in scripts) return script
  throw new PersonError('invalid', `package.json has no script '${script}', which build.script names.`, {
    hint: `It has: ${Object.keys(scripts).join(', ') || 'none'}.`,
  })
}

const requireLockfile = async (directory: string): Promise<void> => {
  for (const name of ['package-lock.json', 'npm-shrinkwrap.json']) {
    if ((await readOptional(join(directory, name))) !== undefined) return
  }
  throw new PersonError(
    'invalid',
    'There is no package-lock.json beside package.json, so what would be installed is not known.',
    {
      hint: 'Run `npm install` and commit the package-lock.json that it writes.',
    },
  )
}

const readOptional = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
