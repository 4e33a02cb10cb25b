import { ShimSupervisor, type ShimOptions } from './shim.ts'
import type { Supervisor } from './supervisor.ts'
import { commandedSystemd } from './systemd-host.ts'
import { SystemdSupervisor } from './systemd.ts'

/** Who keeps services running on this host: systemd where it is PID 1 and obeys us, else a shim for each. */
export const chooseSupervisor = async (options: ShimOptions): Promise<Supervisor> => {
  const version = await commandedSystemd()
  return version === undefined ? new ShimSupervisor(options) : new SystemdSupervisor({ ...options, version })
}
