import { extractTarball } from '../../releases/extract.ts'
import { readLaunch } from '../../releases/launch.ts'
import { requireNeeds } from '../../releases/needs.ts'
import { writeMarker } from '../../releases/marker.ts'
import { removeTree } from '../../releases/remove-tree.ts'
import { strictly } from '../hooks.ts'
import type { Step } from '../install.ts'
import { isStaged } from '../release-state.ts'
import { stagedTarball, stagedTree } from '../staging.ts'

/** Unpacks into staging, and writes down what it is. */
export const unpack: Step = {
  name: 'unpack',
  state: 'unpacking',
  run: async (install, signal) => {
    if (await isStaged(install)) return
    const { service, artifact } = install.order
    const tree = stagedTree(install)
    await removeTree(tree, signal)
    await extractTarball(stagedTarball(install), tree, signal)
    const { digest, version, commit } = artifact
    const launch = await readLaunch(install.host.paths, service, install.entry.next, tree)
    await requireNeeds(launch)
    if (launch.config.hooks.after_unpack) {
      await install.host.supervisor.requireRunnable(launch)
      await strictly(install)('after_unpack', launch, signal)
    }
    await writeMarker(tree, { v: 1, digest, service, version, commit, installedAt: Date.now() })
  },
}
