import type { HostState } from '../../../../shared/api/hosts.ts'
import type { Look } from '../ui/looks.ts'

export const hostLooks: Record<HostState, Look> = {
  enrolled: { word: 'not started yet', icon: 'clock', tone: 'plain' },
  reporting: { word: 'reporting', icon: 'check', tone: 'good' },
  absent: { word: 'not enrolled yet', icon: 'clock', tone: 'plain' },
  silent: { word: 'silent', icon: 'moon', tone: 'plain' },
}
