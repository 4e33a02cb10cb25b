import { readCurrent, readMarker } from '../../../shared/host/release.ts'
import { foreignHolder } from '../../health/listeners.ts'
import { healthTargetOf, portOfTarget } from '../../health/target.ts'
import { errnoOf, messageOf, PersonError } from '../../../shared/errors.ts'
import type { Edition } from '../../../shared/host/edition.ts'
import type { Order } from '../../../shared/messages/order.ts'
import { readLaunch, type Launch } from '../../releases/launch.ts'
import { requireNeeds } from '../../releases/needs.ts'
import { allPids } from '../../supervisor/members.ts'
import type { Host } from '../host.ts'
import type { Install, Step } from '../install.ts'
import { takeReserve } from '../reserve.ts'

/** Finds out, before anything is stopped, what would keep the new release from starting. */
export const preflight: Step = {
  name: 'preflight',
  run: async (install) => {
    const { host, order, entry } = install
    await readCurrent(host.paths, order.service)
    await requireWhole(host, order)
    await requireStartable(host, order.service, entry.next)
    await requireRoom(install)
  },
}

/** Throws PersonError when a release that lies here could not be started here. */
export const requireStartable = async (host: Host, service: string, edition: Edition): Promise<void> => {
  const launch = await readLaunch(host.paths, service, edition)
  await host.supervisor.requireRunnable(launch)
  await requireNeeds(launch)
  requireFreePort(host, launch)
}

/** It was staged some time ago, and what is not whole is never started. */
const requireWhole = async ({ paths }: Host, { service, artifact }: Order): Promise<void> => {
  if (await readMarker(paths, service, artifact.digest)) return
  throw new PersonError(
    'conflict',
    `Release ${artifact.digest} of ${service} is no longer there, or not whole.`,
    {
      hint: 'Deploy it again.',
    },
  )
}

const requireRoom = async (install: Install): Promise<void> => {
  await takeReserve(install).catch((error: unknown) => {
    const full = ['ENOSPC', 'EDQUOT'].includes(errnoOf(error) ?? '')
    throw new PersonError(
      full ? 'no-space' : 'forbidden',
      `There is no room for the way back: ${messageOf(error)}.`,
      {
        hint: 'Free some space on this host, and check that its filesystems are mounted for writing.',
        cause: error,
      },
    )
  })
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
