import { messageOf } from '../../shared/errors.ts'
import type { JournalEntry } from '../../shared/host/journal.ts'
import { readProcessRecord } from '../../shared/host/process-record.ts'
import { bootId } from '../../shared/host/process.ts'
import { currentEdition } from './editions.ts'
import { leniently } from './hooks.ts'
import type { Host } from './host.ts'
import { ensureStarted } from './steps/start.ts'

/**
 * Starts what `current` is when nothing of the service was started in this boot: after a reboot, or a way back that failed
 * halfway. What was started and died meanwhile is its supervisor's business; the grabber itself is its launcher's. Never throws,
 * but on `signal`.
 */
export const startCurrent = async (
  host: Host,
  service: string,
  entry: JournalEntry | undefined,
  signal: AbortSignal,
): Promise<void> => {
  try {
    const current = await currentEdition(host.paths, service, entry)
    if (current === undefined || host.activationOf?.(service) || wasStarted(host, service)) return
    host.log.info({ service, ...current }, 'nothing of it runs; starting current')
    await ensureStarted(host, service, current, leniently(host), signal)
  } catch (error) {
    signal.throwIfAborted()
    host.log.error({ service, err: messageOf(error) }, 'current could not be started')
  }
}

const wasStarted = ({ paths, supervisor }: Host, service: string): boolean => {
  const record = readProcessRecord(paths, service)
  return record === undefined ? supervisor.members(service).length > 0 : record.identity.bootId === bootId()
}
