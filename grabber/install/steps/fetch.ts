import { syncPath } from '../../durable.ts'
import { download, isWhole } from '../../releases/download.ts'
import type { Step } from '../install.ts'
import { stagedTarball } from '../staging.ts'

/** Brings the tarball into staging; one that is there from before a crash is used if it is whole. */
export const fetch: Step = {
  name: 'fetch',
  state: 'fetching',
  run: async (install, signal) => {
    const { digest, size } = install.order.artifact
    const path = stagedTarball(install)
    const url = (asking: AbortSignal): Promise<string> => install.host.artifactUrl(digest, asking)
    if (!(await isWhole({ path, digest }))) await download({ digest, size, path, url }, signal)
    await syncPath(path)
  },
}
