import type { InstallState } from '../../../../shared/domain/install-state.ts'
import type { Look } from '../ui/looks.ts'

/** Seventeen states are too many to tell apart at a glance; these ten are what a person asks about. */
export const installGroups = {
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
  'rolled-back': { word: 'rolled back', icon: 'undo', tone: 'warning' },
  unreachable: { word: 'unreachable', icon: 'unplug', tone: 'warning' },
  late: { word: 'late', icon: 'unplug', tone: 'plain' },
  waiting: { word: 'waiting', icon: 'clock', tone: 'plain' },
  fetching: { word: 'fetching', icon: 'download', tone: 'busy' },
  staged: { word: 'staged', icon: 'package', tone: 'ready' },
  switching: { word: 'switching', icon: 'swap', tone: 'active' },
  done: { word: 'done', icon: 'check', tone: 'good' },
  skipped: { word: 'already there', icon: 'equal', tone: 'good' },
} as const satisfies Record<string, Look>

export type InstallGroup = keyof typeof installGroups

/** What needs a person first, then in the order in which a host passes through. */
export const groupOrder = Object.keys(installGroups) as readonly InstallGroup[]

export const groupOf: Record<InstallState, InstallGroup> = {
  assigned: 'waiting',
  accepted: 'waiting',
  fetching: 'fetching',
  verifying: 'fetching',
  unpacking: 'fetching',
  staged: 'staged',
  stopping: 'switching',
  switching: 'switching',
  starting: 'switching',
  checking: 'switching',
  committed: 'done',
  skipped: 'skipped',
  'rolling-back': 'rolled-back',
  'rolled-back': 'rolled-back',
  failed: 'failed',
  unreachable: 'unreachable',
  late: 'late',
}

const exactWords: Partial<Record<InstallState, string>> = {
  assigned: 'waiting',
  committed: 'done',
  skipped: 'already there',
  'rolling-back': 'rolling back',
  'rolled-back': 'rolled back',
}

/** One host's state: colour and icon of its group, and the exact word. */
export const installLook = (state: InstallState): Look => ({
  ...installGroups[groupOf[state]],
  word: exactWords[state] ?? state,
})

/** For squares too small and too many for an icon each: text is drawn many times faster. */
export const groupGlyphs: Record<InstallGroup, string> = {
  failed: '✕',
  'rolled-back': '↶',
  unreachable: '?',
  late: '…',
  waiting: '·',
  fetching: '↓',
  staged: '■',
  switching: '⇄',
  done: '✓',
  skipped: '=',
}

export type GroupCounts = Readonly<Record<InstallGroup, number>>

export const countGroups = (counts: Partial<Record<InstallState, number>>): GroupCounts => {
  const sums = Object.fromEntries(groupOrder.map((group) => [group, 0])) as Record<InstallGroup, number>
  for (const [state, count] of Object.entries(counts)) sums[groupOf[state as InstallState]] += count
  return sums
}

export const hasVersion = (state: InstallState): boolean => state === 'committed' || state === 'skipped'
