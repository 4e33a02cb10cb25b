import { join } from 'node:path'
import type { PythonBuild } from '../../shared/domain/build-config.ts'
import type { Builder } from './builder.ts'
import { compileCode } from './python/compile.ts'
import { declarationOf } from './python/declaration.ts'
import { installDeclared } from './python/install.ts'
import { lockToolVersion } from './python/lock-tools.ts'
import { interpreter, pipHint } from './python/interpreter.ts'
import { finishPackages } from './python/pip.ts'
import { revision } from './python/revision.ts'
import { hasPackages, sitePackages } from './python/site-packages.ts'
import { PersonError } from '../../shared/errors.ts'

/** Python: what a lock file, requirements.txt or pyproject.toml names, beside the code, and everything byte-compiled. */
export const pythonBuilder: Builder<PythonBuild> = {
  revision,
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
    // A repo may bring packages.
    await finishPackages(run, join(directory, sitePackages))
    await installDeclared(workspace, await declarationOf(build, sources))
    await compileCode(run)
    return {
      directory,
      variables: {},
      ...((await hasPackages(directory))
        ? {
            searchPaths: { PATH: [`${sitePackages}/bin`], PYTHONPATH: [sitePackages] },
            needs: { python: (await interpreter()).python },
          }
        : {}),
    }
  },
}
