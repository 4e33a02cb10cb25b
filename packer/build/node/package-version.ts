import { realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { askTool } from '../tool-version.ts'
import { readPackageFile } from './package-file.ts'
import type { PackageManager } from './package-manager.ts'

/** Of npm, pnpm or yarn, as its own package says it: to be asked, it would have to start, which takes longer than all the rest. */
export const packageVersion = async ({ tool, lockfile }: PackageManager): Promise<string> => {
  const program = await firstOnPath(tool)
  const file = program && (await readPackageFile(dirname(dirname(program))).catch(() => undefined))
  // A shim of a version manager is part of another package, and chooses when it is started.
  if (file && file.name === tool && typeof file['version'] === 'string') return file['version']
  const install = tool === 'npm' ? 'install npm' : `run \`npm install --global ${tool}\``
  return askTool(tool, ['--version'], `${lockfile} needs it: ${install} on the packer’s machine.`)
}

const firstOnPath = async (program: string): Promise<string | undefined> => {
  for (const directory of (process.env['PATH'] ?? '').split(':')) {
    const found = await realpath(join(directory, program)).catch(() => undefined)
    if (found !== undefined) return found
  }
  return undefined
}
