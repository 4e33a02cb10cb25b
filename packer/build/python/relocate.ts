import type { Dirent } from 'node:fs'
import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes from site-packages what pip wrote for this machine alone: where packages came from, and its own path in commands. */
export const makeRelocatable = async (directory: string): Promise<void> => {
  for (const { name } of (await entriesIn(directory)).filter((entry) => entry.isDirectory())) {
    if (!name.endsWith('.dist-info')) continue
    await rm(join(directory, name, 'direct_url.json'), { force: true })
    // A list of hashes for uninstalling, which the changed commands would not match.
    await rm(join(directory, name, 'RECORD'), { force: true })
  }
  const commands = join(directory, 'bin')
  for (const { name } of (await entriesIn(commands)).filter((entry) => entry.isFile()))
    await findItself(join(commands, name))
}

/** As pip begins what it makes: the second way where the path of its Python is long. */
const pipsBeginning = /^#!(?:\/bin\/sh\n'''exec' .*\n' '''|.*python[\d.]*(?: .*)?)\n/

/**
 * For a shell, lines that run Python on this file with site-packages of wherever it lies; for Python, a string that says
 * nothing.
 */
const beginning = `#!/bin/sh
'''exec' env PYTHONPATH="$(dirname "$(dirname "$(readlink -f "$0")")")\${PYTHONPATH:+:$PYTHONPATH}" python3 "$0" "$@"
'''
`

const findItself = async (path: string): Promise<void> => {
  const text = await readFile(path, 'latin1')
  const rewritten = text.replace(pipsBeginning, () => beginning)
  if (rewritten !== text) await writeFile(path, rewritten, 'latin1')
}

/** Nothing where it is a link: what a package links to is not its own. */
const entriesIn = async (directory: string): Promise<Dirent[]> => {
  const stats = await lstat(directory).catch(() => undefined)
  return stats?.isDirectory() ? readdir(directory, { withFileTypes: true }) : []
}
