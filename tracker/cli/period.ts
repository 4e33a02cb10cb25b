import type { Command } from 'commander'
import { parseCount, parseMoment } from './arguments.ts'

export interface PeriodFlags {
  readonly since?: string
  readonly until?: string
  readonly limit: string
}

/** What part of a history to show: the same flags for every command that shows one. */
export const addPeriodFlags = (command: Command, most: number): Command =>
  command
    .option('--since <time>', 'not before: how long ago (30m, 2h, 7d), or an ISO date-time')
    .option('--until <time>', 'not after')
    .option('-n, --limit <count>', 'at most so many, the newest', String(most))

export const periodOf = ({ since, until, limit }: PeriodFlags, now: number) => ({
  limit: parseCount('--limit', limit),
  ...(since === undefined ? {} : { since: parseMoment('--since', since, now) }),
  ...(until === undefined ? {} : { until: parseMoment('--until', until, now) }),
})
