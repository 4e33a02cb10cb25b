import type { Command } from 'commander'
import { PersonError } from '../../shared/errors.ts'

/** On what terms a version is to come to hosts. */
export interface TermsFlags {
  readonly force?: true
  readonly reason?: string
  readonly queue?: true
}

/** Of those that a freeze keeps from beginning. */
export interface ForwardFlags extends TermsFlags {
  readonly ignoreFreeze?: true
}

/** For every command that brings a version to hosts. */
export const addTermsFlags = (command: Command): Command =>
  command
    .option('--force', 'also a version that is in quarantine; takes a --reason')
    .option('--reason <text>', 'why, for the history')
    .option('--queue', 'wait for what is in the way, such as another deploy, instead of being refused')

/** For all of them but those that go back. */
export const addForwardFlags = (command: Command): Command =>
  addTermsFlags(command).option('--ignore-freeze', 'also in a freeze; takes a --reason')

interface Terms {
  force?: true
  reason?: string
  queue?: true
}

/** What the API is told of them. */
export const termsOf = ({ force, reason, queue }: TermsFlags): Terms => {
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

export const forwardTermsOf = ({ ignoreFreeze, ...flags }: ForwardFlags): Terms & { ignoreFreeze?: true } => {
  if (ignoreFreeze && !flags.reason) {
    throw new PersonError('usage', '--ignore-freeze takes a --reason.', {
      hint: 'Say why it cannot wait: --reason "…"',
    })
  }
  return { ...termsOf(flags), ...(ignoreFreeze ? { ignoreFreeze } : {}) }
}
