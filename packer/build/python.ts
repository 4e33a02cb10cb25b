import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Builder } from './builder.ts'
import { askTool } from './tool-version.ts'

/**
 * Where dependencies go, inside the release. A service is started in its release's directory, so the relative PYTHONPATH
 * finds them wherever the release lies, and `run.command` is just `python3 app.py`.
 */
const dependencies = 'site-packages'

/** Python: what requirements.txt names, beside the code, and everything byte-compiled. */
export const pythonBuilder: Builder = {
  revision: 1,
  toolVersions: async () => {
    const version = await askTool(
      'python3',
      ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'],
      'apt-get install python3',
    )
    return `python${version}`
  },
  build: async (workspace) => {
    const { directory, config, run } = workspace
    if (await exists(join(directory, 'requirements.txt'))) {
      await askTool('python3', ['-m', 'pip', '--version'], 'apt-get install python3-pip')
      await run('python3', installArguments(await exists(join(directory, 'wheelhouse'))))
      await makeRelocatable(join(directory, dependencies))
    } else {
      workspace.say('There is no requirements.txt, so nothing is installed.')
    }
    await run('python3', ['-c', compileProgram])
    const own = config.run.env['PYTHONPATH']
    return { directory, variables: { PYTHONPATH: own ? `${dependencies}:${own}` : dependencies } }
  },
}

const installArguments = (hasWheelhouse: boolean): string[] => [
  ...['-m', 'pip', 'install', '--target', dependencies, '--requirement', 'requirements.txt'],
  ...['--no-compile', '--no-warn-script-location', '--progress-bar=off', '--root-user-action=ignore'],
  ...(hasWheelhouse ? ['--no-index', '--find-links', 'wheelhouse'] : []),
]

/**
 * Not checked against the sources at start, as releases never change. A file that does not compile is told of in the
 * log and no more: many packages hold templates and old syntax that nobody imports.
 */
const compileProgram = `
import compileall, py_compile, re
unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
compileall.compile_dir('.', quiet=1, maxlevels=100, rx=re.compile(r'/wheelhouse/'), invalidation_mode=unchecked)
`

/** Removes what pip wrote for this machine alone: where packages came from, and its own path in scripts. */
const makeRelocatable = async (directory: string): Promise<void> => {
  for (const name of await readdir(directory)) {
    if (!name.endsWith('.dist-info')) continue
    await rm(join(directory, name, 'direct_url.json'), { force: true })
    // A list of hashes for uninstalling, which the changed scripts would not match.
    await rm(join(directory, name, 'RECORD'), { force: true })
  }
  const scripts = join(directory, 'bin')
  if (!(await exists(scripts))) return
  for (const name of await readdir(scripts)) await rewriteInterpreter(join(scripts, name))
}

const rewriteInterpreter = async (path: string): Promise<void> => {
  const text = await readFile(path, 'latin1')
  const rewritten = text.replace(/^#!.*python[\d.]*\n/, '#!/usr/bin/env python3\n')
  if (rewritten !== text) await writeFile(path, rewritten, 'latin1')
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
