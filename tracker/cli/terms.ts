import type { Command } from 'commander'
import { PersonError } from '../../shared/errors.ts'

export interface TermsFlags {
  readonly force?: true
  readonly reason?: string
  readonly queue?: true
}

/** For every command that brings a version to hosts. */
export const addTermsFlags = (command: Command): Command =>
  command
    .option('--force', 'also a version that is in quarantine; takes a --reason')
    .option('--reason <text>', 'why, for the history')
    .option('--queue', 'wait for what is in the way, such as another deploy, instead of being refused')

/** What the API is told of why, and of what may be in the way. */
export const termsOf = ({
  force,
  reason,
  queue,
}: TermsFlags): { force?: true; reason?: string; queue?: true } => {
  if (force && !reason) {
    throw new PersonError('usage', '--force takes a --reason.', {
      hint: 'Say why the version may be deployed all the same: --reason "…"',
    })
  }
  return {
    ...(force ? { force } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(queue ? { queue } : {}),
  }
}
