import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes from site-packages what pip wrote for this machine alone: where packages came from, and its own path in commands. */
export const makeRelocatable = async (directory: string): Promise<void> => {
  for (const name of await namesIn(directory)) {
    if (!name.endsWith('.dist-info')) continue
    await rm(join(directory, name, 'direct_url.json'), { force: true })
    // A list of hashes for uninstalling, which the changed commands would not match.
    await rm(join(directory, name, 'RECORD'), { force: true })
  }
  const commands = join(directory, 'bin')
  for (const name of await namesIn(commands)) await findItself(join(commands, name))
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

const namesIn = async (directory: string): Promise<string[]> => readdir(directory).catch(() => [])
