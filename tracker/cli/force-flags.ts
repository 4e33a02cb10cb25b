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

export interface BeginFlags extends ForceFlags {
  readonly ignoreFreeze?: true
}

/** For those that a freeze keeps from beginning. */
export const addBeginFlags = (command: Command): Command =>
  addForceFlags(command).option('--ignore-freeze', 'also in a freeze; takes a --reason')

/** What the API is told of why, and of a freeze. */
export const beginningOf = ({
  ignoreFreeze,
  ...flags
}: BeginFlags): ReturnType<typeof whyOf> & { ignoreFreeze?: true } => {
  if (ignoreFreeze && !flags.reason) {
    throw new PersonError('usage', '--ignore-freeze takes a --reason.', {
      hint: 'Say why it cannot wait: --reason "…"',
    })
  }
  return { ...whyOf(flags), ...(ignoreFreeze ? { ignoreFreeze } : {}) }
}

/** What the API is told of why. */
export const whyOf = ({ force, reason }: ForceFlags): { force?: true; reason?: string } => {
  if (force && !reason) {
    throw new PersonError('usage', '--force takes a --reason.', {
      hint: 'Say why the version may be deployed all the same: --reason "…"',
    })
  }
  return { ...(force ? { force } : {}), ...(reason === undefined ? {} : { reason }) }
}
