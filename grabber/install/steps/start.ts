import { isSameEdition, type Edition } from '../../../shared/host/edition.ts'
import { readLaunch } from '../../releases/launch.ts'
import { strictly, type RunHook } from '../hooks.ts'
import type { Host } from '../host.ts'
import type { Step } from '../install.ts'
import { requireFreePort } from './preflight.ts'
import { stopService } from './stop.ts'

/** Starts the new release, from the resolved path: a later switch does not move the ground under it. */
export const start: Step = {
  name: 'start',
  state: 'starting',
  run: async (install, signal) => {
    const { host, order, entry } = install
    const { service } = order
    const hook = strictly(install)
    // A crash may have come between the start and the end of what follows it.
    if (isRunning(host, service, entry.next))
      await hook('after_start', await readLaunch(host.paths, service, entry.next), signal)
    else await ensureStarted(host, service, entry.next, hook, signal)
  },
}

/**
 * Starts a release unless exactly it runs. A crash may have come between starting a process and writing it down: whatever else of
 * the service is alive is ended first.
 */
export const ensureStarted = async (
  host: Host,
  service: string,
  edition: Edition,
  hook: RunHook,
  signal: AbortSignal,
): Promise<void> => {
  if (isRunning(host, service, edition)) return
  if (host.supervisor.members(service).length > 0) await stopService(host, service, signal)
  const launch = await readLaunch(host.paths, service, edition)
  await hook('before_start', launch, signal)
  requireFreePort(host, launch)
  await host.supervisor.start(launch)
  await hook('after_start', launch, signal)
}

const isRunning = ({ supervisor }: Host, service: string, edition: Edition): boolean =>
  isSameEdition(supervisor.find(service), edition)
