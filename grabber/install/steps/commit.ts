import { releaseDir } from '../../../shared/host/layout.ts'
import { readManifest } from '../../releases/launch.ts'
import { markProvenHealthy } from '../../releases/marker.ts'
import type { Step } from '../install.ts'
import { watchOf } from '../watch-over.ts'

/** Writes down that the release proved healthy here, so that a later failure may go back to it. From now on it is watched. */
export const commit: Step = {
  name: 'commit',
  run: async (install) => {
    const { host, order, entry } = install
    const { watch_for: period } = (
      await readManifest(releaseDir(host.paths, order.service, entry.next.digest), order.service)
    ).config.health
    await markProvenHealthy(host.paths, order.service, entry.next, Date.now())
    install.entry = { ...entry, ...watchOf(host, order.service, period) }
  },
}
