import { ShimSupervisor, type ShimOptions } from './shim.ts'
import type { Supervisor } from './supervisor.ts'

/** Who keeps services running on this host. */
export const chooseSupervisor = (options: ShimOptions): Promise<Supervisor> =>
  Promise.resolve(new ShimSupervisor(options))
