import { createLogger } from '../shared/log.ts'
import { stopSignal } from '../shared/stop-signal.ts'
import { readConfig, type ServeOptions } from './config.ts'
import { startTracker } from './tracker.ts'

/** Runs a tracker until it is told to stop. Its nats-server goes on, so that hosts stay connected over a restart. */
export const serve = async (options: ServeOptions): Promise<void> => {
  const stop = stopSignal()
  const config = readConfig(options)
  await using tracker = await startTracker(config, createLogger('tracker'))
  if (tracker.adminToken !== undefined) {
    process.stdout.write(`Admin token (shown once): ${tracker.adminToken}\n`)
  }
  process.stdout.write(`Ready: ${tracker.url}\n`)
  await new Promise((resolve) => {
    stop.addEventListener('abort', resolve, { once: true })
  })
}
