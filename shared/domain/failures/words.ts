import type { InstallState } from '../install-state.ts'
import type { FailureDifference, FailureGroup } from './failure-group.ts'

const words: Partial<Record<InstallState, string>> = {
  accepted: 'before it began',
  fetching: 'while fetching',
  verifying: 'while verifying',
  unpacking: 'while unpacking',
  staged: 'before the switch',
  stopping: 'while stopping',
  switching: 'while switching',
  starting: 'while starting',
  checking: 'while checking',
}

/** `38 hosts did not come through, one cause`. */
export const headlineOf = (groups: readonly FailureGroup[]): string => {
  const hosts = groups.reduce((sum, group) => sum + group.hosts.length, 0)
  const causes = groups.length === 1 ? 'one cause' : `${groups.length} causes`
  return `${hosts.toLocaleString('en')} ${hosts === 1 ? 'host' : 'hosts'} did not come through, ${causes}`
}

/** At which step, where the error does not say so by itself. */
export const stepWords = ({ step, hosts: [first] }: FailureGroup): string | undefined =>
  step === undefined || first?.state === 'unreachable' ? undefined : words[step]

/** `port 8080 (web-1.prod), 8081 (web-2.prod and 3 more), and 2 others`. */
export const differenceWords = ({ after, values, more }: FailureDifference): string => {
  const told = values.map(
    ({ value, hosts, such }) => `${value} (${such}${hosts > 1 ? ` and ${hosts - 1} more` : ''})`,
  )
  return `${after}${told.join(', ')}${more > 0 ? ` and ${more} other values` : ''}`
}
