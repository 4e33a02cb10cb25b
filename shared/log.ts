import { pino, type Logger } from 'pino'
import { messageOf } from './errors.ts'

export type { Logger }

/** One JSON line per entry on standard error, so that standard output stays for results. */
export const createLogger = (part: string, level = process.env['APPTRACKER_LOG'] ?? 'info'): Logger =>
  pino({ level, base: { part } }, pino.destination({ fd: 2, sync: true }))

/** Of work that nobody waits for: `work().catch(logFailure(log, 'not done'))`. */
export const logFailure =
  (log: Pick<Logger, 'warn'>, what: string) =>
  (error: unknown): void =>
    log.warn({ err: error }, `${what}: ${messageOf(error)}`)
