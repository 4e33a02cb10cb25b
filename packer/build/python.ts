import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { PythonBuild } from '../../shared/domain/build-config.ts'
import type { Builder } from './builder.ts'
import { compileAll } from './python/compile.ts'
import { declarationOf } from './python/declaration.ts'
import { installDeclared } from './python/install.ts'
import { lockToolVersion } from './python/lock-tools.ts'
import { interpreter, pipHint } from './python/interpreter.ts'
import { sitePackages } from './python/pip.ts'
import { makeRelocatable } from './python/relocate.ts'
import { PersonError } from '../../shared/errors.ts'

/** Python: what a lock file, requirements.txt or pyproject.toml names, beside the code, and everything byte-compiled. */
export const pythonBuilder: Builder<PythonBuild> = {
  revision: 2,
  toolVersions: async (build, sources) => {
    const { by } = await declarationOf(build, sources)
    const { python, pip } = await interpreter()
    if (by === 'nothing') return `python${python}`
    if (pip === '')
      throw new PersonError('unavailable', 'The packer’s python3 has no pip.', { hint: pipHint })
    return [`python${python}`, `pip${pip}`, ...(await lockToolVersion(by))].join(' ')
  },
  build: async (workspace) => {
    const { directory, build, sources, run } = workspace
    await installDeclared(workspace, await declarationOf(build, sources))
    await makeRelocatable(join(directory, sitePackages))
    await compileAll(run)
    const isInstalled = await exists(join(directory, sitePackages))
    return {
      directory,
      variables: {},
      ...(isInstalled
        ? {
            searchPaths: { PATH: [`${sitePackages}/bin`], PYTHONPATH: [sitePackages] },
            needs: { python: (await interpreter()).python },
          }
        : {}),
    }
  },
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
