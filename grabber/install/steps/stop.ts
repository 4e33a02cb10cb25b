import { messageOf } from '../../../shared/errors.ts'
import { releaseDir } from '../../../shared/host/layout.ts'
import { readProcessRecord } from '../../../shared/host/process-record.ts'
import { readLaunch, readManifest } from '../../releases/launch.ts'
import type { StopSettings } from '../../supervisor/supervisor.ts'
import { leniently } from '../hooks.ts'
import type { Host } from '../host.ts'
import type { Install, Step } from '../install.ts'

const usualStop: StopSettings = { signal: 'SIGTERM', grace: 15_000 }

/** Ends what runs, and waits until it is gone: two releases never run side by side, nor fight for a port. */
export const stop: Step = {
  name: 'stop',
  state: 'stopping',
  run: async (install, signal) => {
    await takeLeave(install, signal)
    await stopService(install.host, install.order.service, signal)
  },
}

/** The old release's own hook, as long as it runs. It cannot keep the old release from being stopped. */
const takeLeave = async ({ host, order, notes }: Install, signal: AbortSignal): Promise<void> => {
  const running = host.supervisor.find(order.service)
  const launch = running && (await readLaunch(host.paths, order.service, running).catch(() => undefined))
  if (launch) await leniently(host, notes)('before_stop', launch, signal)
}

/** As the release that runs wants to be stopped, not the one that comes. */
export const stopService = async (host: Host, service: string, signal: AbortSignal): Promise<void> => {
  const digest = readProcessRecord(host.paths, service)?.digest
  const settings = digest === undefined ? usualStop : await settingsOf(host, service, digest)
  await host.supervisor.stop(service, settings, signal)
}

const settingsOf = async (host: Host, service: string, digest: string): Promise<StopSettings> => {
  try {
    return (await readManifest(releaseDir(host.paths, service, digest), service)).config.run.stop
  } catch (error) {
    host.log.warn({ service, digest, err: messageOf(error) }, 'stopped in the usual way')
    return usualStop
  }
}
