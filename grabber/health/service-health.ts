import type { HostPaths } from '../../shared/host/layout.ts'
import type { Health } from '../../shared/messages/version-report.ts'
import { readLaunch } from '../releases/launch.ts'
import { allPids } from '../supervisor/members.ts'
import type { Supervisor } from '../supervisor/supervisor.ts'
import { probe } from './probe.ts'
import { healthTargetOf } from './target.ts'

/** Asks a service once how it is. `unknown` when nothing runs, or its release cannot be read. */
export const serviceHealth = async (
  paths: HostPaths,
  supervisor: Supervisor,
  service: string,
  signal: AbortSignal,
): Promise<Health> => {
  const record = supervisor.find(service)
  if (!record) return 'unknown'
  try {
    const target = healthTargetOf(await readLaunch(paths, service, record))
    const own = (): number[] => supervisor.members(service)
    const problem = await probe(target, { own, everyone: allPids }, signal)
    return problem === undefined ? 'healthy' : 'unhealthy'
  } catch {
    return 'unknown'
  }
}
