import type { Digest } from '../../../shared/domain/names.ts'
import { readLaunch } from '../../releases/launch.ts'
import type { Host } from '../host.ts'
import type { Step } from '../install.ts'
import { requireFreePort } from './preflight.ts'
import { stopService } from './stop.ts'

/** Starts the new release, from the resolved path: a later switch does not move the ground under it. */
export const start: Step = {
  name: 'start',
  state: 'starting',
  run: ({ host, order }, signal) => ensureStarted(host, order.service, order.artifact.digest, signal),
}

/**
 * Starts a release unless exactly it runs. A crash may have come between starting a process and writing it down: whatever else of
 * the service is alive is ended first.
 */
export const ensureStarted = async (
  host: Host,
  service: string,
  digest: Digest,
  signal: AbortSignal,
): Promise<void> => {
  if (host.supervisor.find(service)?.digest === digest) return
  if (host.supervisor.members(service).length > 0) await stopService(host, service, signal)
  const launch = await readLaunch(host.paths, service, digest)
  requireFreePort(host, launch)
  await host.supervisor.start(launch)
}
