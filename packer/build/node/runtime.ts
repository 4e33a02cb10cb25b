import { chmod, cp, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { PersonError } from '../../../shared/errors.ts'
import type { Workspace } from '../builder.ts'
import { askTool } from '../tool-version.ts'

/** Where the runtime goes in a release, as what goes before PATH. */
export const runtimeDirectory = '.runtime/bin'

/** Puts the Node.js that builds into the artifact. Throws `unavailable` when it does not work apart from its machine. */
export const includeRuntime = async ({
  directory,
  say,
}: Pick<Workspace, 'directory' | 'say'>): Promise<void> => {
  const { program, version, isShared } = await nodeHere()
  if (isShared) {
    throw new PersonError(
      'unavailable',
      `The packer’s Node.js (${program}) is in parts that lie about its system, so it cannot be put into an artifact.`,
      {
        field: 'build.runtime',
        hint: 'Install one on the packer that is a single program, such as the archives of nodejs.org.',
      },
    )
  }
  const target = join(directory, runtimeDirectory, 'node')
  // A repo that had one would decide what runs.
  await rm(dirname(dirname(target)), { recursive: true, force: true })
  await mkdir(dirname(target), { recursive: true })
  await cp(program, target, { dereference: true })
  await chmod(target, 0o755)
  say(`Node.js ${version} goes along as ${runtimeDirectory}/node.`)
}

const Here = z.object({ program: z.string(), version: z.string(), isShared: z.boolean() })

/** What `node` on the PATH may be is a script that chooses among several. */
const nodeHere = async (): Promise<z.output<typeof Here>> =>
  Here.parse(JSON.parse(await askTool('node', ['-e', ask], 'Install Node.js on the packer’s machine.')))

const ask = `console.log(JSON.stringify({
  program: process.execPath,
  version: process.versions.node,
  isShared: Boolean(process.config.variables.node_shared),
}))`
