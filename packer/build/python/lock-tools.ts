import { posix } from 'node:path'
import type { Workspace } from '../builder.ts'
import { askTool } from '../tool-version.ts'
import type { Declaration } from './declaration.ts'

interface LockTool {
  readonly command: string
  readonly hint: string
  /** Words that write what is locked as requirements for pip, with hashes, into a file. */
  readonly exporting: (file: string) => readonly string[]
  readonly env: (cache: string) => Readonly<Record<string, string>>
}

/** They only say what is locked; pip installs it, so that it is done in one way whatever locked it. */
const lockTools: Readonly<Partial<Record<Declaration['by'], LockTool>>> = {
  uv: {
    command: 'uv',
    hint: 'uv.lock needs it: run `pipx install uv` on the packer’s machine.',
    exporting: (file) => [
      ...['export', '--locked', '--no-dev', '--no-emit-project', '--no-editable', '--no-header'],
      ...['--format', 'requirements-txt', '--output-file', file],
    ],
    env: (cache) => ({
      UV_CACHE_DIR: `${cache}/uv`,
      UV_NO_PROGRESS: '1',
      UV_PYTHON: 'python3',
      UV_PYTHON_DOWNLOADS: 'never',
    }),
  },
  poetry: {
    command: 'poetry',
    hint: 'poetry.lock needs it: run `pipx install poetry && pipx inject poetry poetry-plugin-export` on the packer’s machine.',
    exporting: (file) => [
      ...['export', '--only', 'main', '--no-interaction', '--no-ansi'],
      ...['--format', 'requirements.txt', '--output', file],
    ],
    env: (cache) => ({ POETRY_CACHE_DIR: `${cache}/poetry`, POETRY_VIRTUALENVS_CREATE: 'false' }),
  },
}

/** The version of the tool that reads this kind of file, where pip alone cannot. Throws `unavailable` when it is not there. */
export const lockToolVersion = async (by: Declaration['by']): Promise<string[]> => {
  const tool = lockTools[by]
  if (tool === undefined) return []
  const said = await askTool(tool.command, ['--version'], tool.hint)
  return [tool.command + (/\d+(\.\w+)+/.exec(said)?.[0] ?? said.slice(0, 100))]
}

/** Writes what a lock file names into `file`, as requirements for pip. */
export const exportLock = async (
  { checkout, sources, cache, run }: Workspace,
  declared: Declaration,
  file: string,
): Promise<void> => {
  const tool = lockTools[declared.by]
  if (tool === undefined) throw new Error(`${declared.by} locks nothing`)
  await askTool(tool.command, ['export', '--help'], tool.hint)
  // Of a workspace, uv takes the member in whose directory it is run.
  const cwd = posix.join(checkout, declared.by === 'uv' ? sources.directory : posix.dirname(declared.file))
  await run(tool.command, tool.exporting(file), { cwd, env: tool.env(cache) })
}
