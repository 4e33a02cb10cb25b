import { mkdir } from 'node:fs/promises'
import { releaseDir, releasesDir, serviceDir } from '../../../shared/host/layout.ts'
import { renameDurably, syncPath, syncTree } from '../../durable.ts'
import { removeTree } from '../../releases/remove-tree.ts'
import type { Step } from '../install.ts'
import { isStaged } from '../release-state.ts'
import { discardStaging, stagedTree } from '../staging.ts'

/** Moves the tree to its place once every byte of it is durable: a release is whole or not there. */
export const publish: Step = {
  name: 'publish',
  run: async (install, signal) => {
    const { paths } = install.host
    const { service, artifact } = install.order
    const release = releaseDir(paths, service, artifact.digest)
    if (!(await isStaged(install))) {
      await mkdir(releasesDir(paths, service), { recursive: true })
      await syncTree(stagedTree(install), signal)
      await removeTree(release, signal)
      await renameDurably(stagedTree(install), release)
    }
    // Also when it is there already: the move may have been followed by a crash instead of by this.
    for (const directory of [releasesDir, serviceDir]) await syncPath(directory(paths, service))
    await discardStaging(install.host, service)
  },
}
