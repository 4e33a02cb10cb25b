import { readCurrent } from '../../../shared/host/release.ts'
import { foreignHolder } from '../../health/listeners.ts'
import { healthTargetOf, portOfTarget } from '../../health/target.ts'
import { PersonError } from '../../../shared/errors.ts'
import { readLaunch, type Launch } from '../../releases/launch.ts'
import { allPids } from '../../supervisor/members.ts'
import type { Host } from '../host.ts'
import type { Step } from '../install.ts'

/** Finds out, before anything is stopped, what would keep the new release from starting. */
export const preflight: Step = {
  name: 'preflight',
  run: async ({ host, order }) => {
    await readCurrent(host.paths, order.service)
    const launch = await readLaunch(host.paths, order.service, order.artifact.digest)
    await host.supervisor.requireRunnable(launch)
    requireFreePort(host, launch)
  },
}

/** Throws `conflict` naming the stranger that holds the port which the release is going to listen on. */
export const requireFreePort = ({ supervisor }: Host, launch: Launch): void => {
  const port = portOfTarget(healthTargetOf(launch))
  if (port === undefined) return
  const holder = foreignHolder(port, supervisor.members(launch.service), allPids)
  if (holder === undefined) return
  throw new PersonError('conflict', `Port ${port} of ${launch.service} is held by ${holder}.`, {
    hint: 'Stop that process, or give the service another port on this host.',
  })
}
