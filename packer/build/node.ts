import { join } from 'node:path'
import type { NodeBuild } from '../../shared/domain/build-config.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Builder, Workspace } from './builder.ts'
import { decidingFiles } from './node/deciding-files.ts'
import {
  KeptDependencies,
  nameOf,
  NewDependencies,
  type Dependencies,
  type Installation,
} from './node/dependencies.ts'
import { checkEngine } from './node/engines.ts'
import { neededNode } from './node/needed-node.ts'
import { parsePackageFile, type PackageFile } from './node/package-file.ts'
import { packageManagerOf, type PackageManager } from './node/package-manager.ts'
import { packageVersion } from './node/package-version.ts'
import { includeRuntime, runtimeDirectory } from './node/runtime.ts'
import { askTool } from './tool-version.ts'

/** Node.js: the dependencies that the lockfile names, the build script if there is one, then production dependencies only. */
export const nodeBuilder: Builder<NodeBuild> = {
  revision: 3,
  toolVersions: async ({ runtime }, sources) => {
    const manager = await packageManagerOf(sources)
    const [node, tool] = await Promise.all([nodeVersion(), packageVersion(manager)])
    const decisive = runtime === 'included' ? node : node.replace(/\..*$/, '')
    return `node${decisive} ${manager.tool}${tool}`
  },
  build: async (workspace) => {
    const { directory, build, sources, run } = workspace
    const file = await packageOf(workspace)
    const script = scriptOf(workspace, file)
    const version = await nodeVersion()
    checkEngine(file.engines.node, version)
    const manager = await packageManagerOf(sources)
    const env = environmentOf(manager, workspace)
    const dependencies = await dependenciesOf({ workspace, manager, env })
    if (script !== undefined) {
      await dependencies.all()
      await run(manager.tool, ['run', script], { env })
    }
    await dependencies.production()
    if (build.runtime === 'included') {
      await includeRuntime(workspace)
      return { directory, variables: {}, searchPaths: { PATH: [runtimeDirectory] } }
    }
    const node = await neededNode(directory, file.engines.node, version)
    return { directory, variables: {}, ...(node ? { needs: { node } } : {}) }
  },
}

const nodeVersion = async (): Promise<string> => {
  const version = await askTool('node', ['--version'], 'Install Node.js and npm on the packer’s machine.')
  return version.replace(/^v/, '')
}

const packageOf = async ({ sources }: Workspace): Promise<PackageFile> =>
  parsePackageFile((await sources.read(join(sources.directory, 'package.json'))) ?? '')

const scriptOf = ({ build }: Workspace<NodeBuild>, { scripts }: PackageFile): string | undefined => {
  const { script } = build
  if (script === undefined) return 'build' in scripts ? 'build' : undefined
  if (script in scripts) return script
  throw new PersonError('invalid', `package.json has no script '${script}', which build.script names.`, {
    hint: `It has: ${Object.keys(scripts).join(', ') || 'none'}.`,
  })
}

/** Where pnpm, yarn and Corepack keep downloads, and that yarn 2 and later install so that Node.js alone finds it. */
const environmentOf = ({ tool }: PackageManager, { cache }: Workspace): Record<string, string> => {
  if (tool === 'npm') return {}
  const corepack = { COREPACK_HOME: `${cache}/corepack`, COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' }
  // Of a hard link into the store every write would go into the store, and every other link would change its time.
  const copying = { npm_config_package_import_method: 'clone-or-copy' }
  if (tool === 'pnpm') return { ...corepack, ...copying, npm_config_store_dir: `${cache}/pnpm` }
  return {
    ...corepack,
    YARN_CACHE_FOLDER: `${cache}/yarn`,
    YARN_ENABLE_TELEMETRY: '0',
    YARN_NODE_LINKER: 'node-modules',
  }
}

const dependenciesOf = async (installation: Installation): Promise<Dependencies> => {
  const { workspace, manager } = installation
  const deciding = await decidingFiles(workspace.checkout, manager)
  if ('files' in deciding) return KeptDependencies.of(installation, deciding.files)
  workspace.say(`What ${nameOf(manager)} makes is not kept for later builds: ${deciding.unknown}.`)
  return new NewDependencies(installation)
}
