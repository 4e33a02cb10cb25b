import type { Command } from 'commander'
import { PersonError } from '../../shared/errors.ts'

export interface ForceFlags {
  readonly force?: true
  readonly reason?: string
}

/** For every command that brings a version to hosts. */
export const addForceFlags = (command: Command): Command =>
  command
    .option('--force', 'also a version that is in quarantine; takes a --reason')
    .option('--reason <text>', 'why, for the history')

/** What the API is told of why. */
export const whyOf = ({ force, reason }: ForceFlags): { force?: true; reason?: string } => {
  if (force && !reason) {
    throw new PersonError('usage', '--force takes a --reason.', {
      hint: 'Say why the version may be deployed all the same: --reason "…"',
    })
  }
  return { ...(force ? { force } : {}), ...(reason === undefined ? {} : { reason }) }
}
