import type { HostState } from '../../../../shared/api/hosts.ts'
import type { VersionCell } from '../../../../shared/api/versions.ts'
import type { Look } from '../ui/looks.ts'

/** What is not believed is never green, and what is out of sync is said before how healthy it is. */
export const cellLook = ({ sync, health, trouble }: VersionCell, host: HostState): Look => {
  if (sync === 'late') return { word: 'late', icon: 'unplug', tone: 'plain' }
  if (host === 'silent' || sync === 'unknown') return { word: 'last known', icon: 'moon', tone: 'plain' }
  if (sync === 'out-of-sync') return { word: 'out of sync', icon: 'alert', tone: 'bad' }
  if (sync === 'installing') return { word: 'installing', icon: 'retry', tone: 'active' }
  if (health === 'unhealthy') return { word: 'unhealthy', icon: 'cross', tone: 'bad' }
  if (trouble !== undefined) return { word: 'degraded', icon: 'alert', tone: 'warning' }
  if (sync === 'unmanaged') return { word: 'not deployed by us', icon: 'alert', tone: 'warning' }
  if (health === 'unknown') return { word: 'health unknown', icon: 'clock', tone: 'plain' }
  return { word: 'healthy', icon: 'check', tone: 'good' }
}
