import type { CommandBuild } from '../../shared/domain/build-config.ts'
import type { Builder } from './builder.ts'
import { keepOnly } from './keep-only.ts'
import { askTool } from './tool-version.ts'

/** Any language: the repo's own command, and of what is there afterwards what `build.output` names. */
export const commandBuilder: Builder<CommandBuild> = {
  revision: 1,
  toolVersions: async ({ tools }) => {
    const versions = await Promise.all([...tools].sort().map(versionOf))
    return versions.join('; ')
  },
  build: async ({ directory, build, run }) => {
    await run('sh', ['-c', build.command], { name: 'build.command' })
    await keepOnly(directory, build.output)
    return { directory, variables: {} }
  },
}

/** These have no `--version`. */
const asksForVersion: Readonly<Record<string, string>> = { go: 'version', zig: 'version' }

const versionOf = async (tool: string): Promise<string> => {
  const hint = `build.tools of service.yaml names it: install ${tool} on the packer’s machine.`
  const said = await askTool(tool, [asksForVersion[tool] ?? '--version'], hint)
  return `${tool}: ${said.split('\n', 1)[0]?.slice(0, 200) ?? ''}`
}
