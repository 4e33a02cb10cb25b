import type { StaticBuild } from '../../shared/domain/build-config.ts'
import type { Builder } from './builder.ts'
import { innerDirectory } from './inner-directory.ts'

/** Files as they are: nothing is run. */
export const staticBuilder: Builder<StaticBuild> = {
  revision: 1,
  toolVersions: () => Promise.resolve('none'),
  build: async ({ directory, build }) => ({
    directory: build.dir === undefined ? directory : await innerDirectory(directory, build.dir, 'build.dir'),
    variables: {},
  }),
}
