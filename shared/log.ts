import { pino, type Logger } from 'pino'

export type { Logger }

/** One JSON line per entry on standard error, so that standard output stays for results. */
export const createLogger = (part: string, level = process.env['APPTRACKER_LOG'] ?? 'info'): Logger =>
  pino({ level, base: { part } }, pino.destination({ fd: 2, sync: true }))
