import { join } from 'node:path'
import { messageOf } from '../../shared/errors.ts'
import { stagingDir } from '../../shared/host/layout.ts'
import { removeTree } from '../releases/remove-tree.ts'
import type { Host } from './host.ts'
import type { Install } from './install.ts'

const discardLimit = 60_000

/** Where the tarball of an order lies until it is unpacked. */
export const stagedTarball = ({ host, order }: Install): string =>
  join(stagingDir(host.paths, order.service), `${order.artifact.digest}.tar.gz`)

/** Where it is unpacked, before the whole tree is moved to its place. */
export const stagedTree = ({ host, order }: Install): string =>
  join(stagingDir(host.paths, order.service), order.artifact.digest)

/** Leaves nothing half-done behind. What cannot be removed is left for the next time: it is no reason to fail. */
export const discardStaging = ({ paths, log }: Host, service: string): Promise<void> =>
  removeTree(stagingDir(paths, service), AbortSignal.timeout(discardLimit)).catch((error: unknown) => {
    log.warn({ service, err: messageOf(error) }, 'staging not removed')
  })
