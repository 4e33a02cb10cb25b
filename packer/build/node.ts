import { join } from 'node:path'
import type { NodeBuild } from '../../shared/domain/build-config.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Builder, Workspace } from './builder.ts'
import { checkEngine } from './node/engines.ts'
import { gatherModules } from './node/gather-modules.ts'
import { neededNode } from './node/needed-node.ts'
import { parsePackageFile, type PackageFile } from './node/package-file.ts'
import { packageManagerOf, type PackageManager } from './node/package-manager.ts'
import { includeRuntime, runtimeDirectory } from './node/runtime.ts'
import { askTool } from './tool-version.ts'

/** Node.js: the dependencies that the lockfile names, the build script if there is one, then production dependencies only. */
export const nodeBuilder: Builder<NodeBuild> = {
  revision: 2,
  toolVersions: async ({ runtime }, sources) => {
    const manager = await packageManagerOf(sources)
    const [node, tool] = await Promise.all([nodeVersion(), versionOf(manager)])
    const decisive = runtime === 'included' ? node : node.replace(/\..*$/, '')
    return `node${decisive} ${manager.tool}${tool}`
  },
  build: async (workspace) => {
    const { checkout, directory, build, sources, run } = workspace
    const file = await packageOf(workspace)
    const script = scriptOf(workspace, file)
    const version = await nodeVersion()
    checkEngine(file.engines.node, version)
    const manager = await packageManagerOf(sources)
    const env = environmentOf(manager, workspace)
    await run(manager.tool, manager.install, { env, cwd: join(checkout, manager.root) })
    if (script !== undefined) await run(manager.tool, ['run', script], { env })
    await keepProduction(workspace, manager)
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

const versionOf = ({ tool, lockfile }: PackageManager): Promise<string> => {
  const install = tool === 'npm' ? 'install npm' : `run \`npm install --global ${tool}\``
  return askTool(tool, ['--version'], `${lockfile} needs it: ${install} on the packer’s machine.`)
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
  if (tool === 'pnpm') return { ...corepack, npm_config_store_dir: `${cache}/pnpm` }
  return {
    ...corepack,
    YARN_CACHE_FOLDER: `${cache}/yarn`,
    YARN_ENABLE_TELEMETRY: '0',
    YARN_NODE_LINKER: 'node-modules',
  }
}

/** npm can do it itself where it put everything into the service's own directory. */
const keepProduction = async (
  { checkout, directory, sources, run, step }: Workspace,
  { tool, root }: PackageManager,
): Promise<void> => {
  if (tool === 'npm' && root === sources.directory) {
    await run('npm', ['prune', '--omit=dev', '--no-save'])
    return
  }
  await step('gather node_modules', () => gatherModules(checkout, directory))
}
