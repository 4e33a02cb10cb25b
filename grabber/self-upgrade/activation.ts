import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { grabberService } from '../../shared/domain/names.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import { currentLink, releaseDir, type HostPaths } from '../../shared/host/layout.ts'
import { signalWithin } from '../../shared/time-limit.ts'
import { removeDurably, relinkDurably } from '../durable.ts'
import type { Activation, Install, Step } from '../install/host.ts'
import { enterRegardless } from '../install/install.ts'
import { markProvenHealthy } from '../releases/marker.ts'
import { ownCurrent, switchCurrent } from '../install/steps/switch.ts'
import { hasLauncher, ownDigest } from './own-process.ts'
import type { SelfUpgrade } from './self-upgrade.ts'
import { emptySlot, isSameSlot, moveSlot, readReason, readSlot, writeSlot, type Slot } from './slots.ts'

/** How long an upgrade waits for the installs of services, in ms. */
const idleLimit = 10 * 60_000
const deliveryLimit = 5000

/**
 * How a release of the grabber comes to run. The old one does all up to `starting` and hands over; the launcher tries the new
 * one, which goes on from `starting` once it has proved itself. Otherwise the old one finds itself there again, and goes back.
 */
export const selfActivation = (self: SelfUpgrade): Activation => ({
  steps: [
    preflight,
    { name: 'idle', run: (_install, signal) => self.idleness.hold(idleLimit, signal) },
    { name: 'stop', state: 'stopping', run: say },
    switchCurrent,
    { name: 'start', state: 'starting', run: (install, signal) => handOver(self, install, signal) },
    { name: 'check', state: 'checking', run: (install) => requireOwn(install) },
    commit,
  ],
  rollBack: async (install, error, signal) => {
    await enterRegardless(install, 'rolling-back', { error })
    await goBack(self, install, signal)
  },
  restore: (install, signal) => goBack(self, install, signal),
})

const preflight: Step = {
  name: 'preflight',
  run: async (install) => {
    const { host, order } = install
    requireNotFailed(install)
    if (!hasLauncher())
      throw new PersonError(
        'conflict',
        'This grabber cannot upgrade itself: it does not run by its launcher.',
        {
          hint: 'Set this host up with scripts/install-grabber, or replace grabber.cjs by hand and start it again.',
        },
      )
    const directory = releaseDir(host.paths, order.service, order.artifact.digest)
    await access(join(directory, 'grabber.cjs')).catch((error: unknown) => {
      throw new PersonError('invalid', 'The release has no grabber.cjs, so it is not one of the grabber.', {
        hint: 'scripts/release-grabber makes a repository to build it from.',
        cause: error,
      })
    })
  },
}

/** What was told so far should arrive before this grabber ends. */
const say = ({ host }: Install, signal: AbortSignal): Promise<void> =>
  host.delivered(signalWithin(deliveryLimit, signal))

const handOver = async (self: SelfUpgrade, install: Install, signal: AbortSignal): Promise<void> => {
  if (isOwn(install)) return
  requireNotFailed(install)
  await self.idleness.hold(idleLimit, signal)
  await writeSlot(self.paths.state, 'trial', slotOf(self.paths, install.order))
  self.leave(signal)
}

const requireOwn = (install: Install): Promise<void> => {
  requireNotFailed(install)
  if (isOwn(install)) return Promise.resolve()
  throw new PersonError('conflict', 'Another grabber than the one that was started runs.')
}

/** Its launcher watches over it from now on; what comes back after all is told by `tellTakenBack`. */
const commit: Step = {
  name: 'commit',
  run: ({ host, order, entry }) => markProvenHealthy(host.paths, order.service, entry.next, Date.now()),
}

const requireNotFailed = (install: Install): void => {
  const { state } = install.host.paths
  if (isSameSlot(readSlot(state, 'failed'), slotOf(install.host.paths, install.order)))
    throw new PersonError(
      'unavailable',
      `The new grabber was given up by the launcher: ${readReason(state)}.`,
      { hint: 'Its log on this host says more.' },
    )
}

/** The grabber that runs is told of as `current`: the old one when the new one failed, whoever does this. */
const goBack = async (self: SelfUpgrade, install: Install, signal: AbortSignal): Promise<void> => {
  const error = install.entry.error ?? 'The upgrade failed.'
  if (isOwn(install)) await makeRoomForPrevious(self, signal)
  const problem = await restoreCurrent(self, install).then(
    () => undefined,
    (reason: unknown) => messageOf(reason),
  )
  if (problem === undefined) await enterRegardless(install, 'rolled-back', { error })
  else await enterRegardless(install, 'failed', { error: `${error} Going back failed too: ${problem}` })
}

const makeRoomForPrevious = async (self: SelfUpgrade, signal: AbortSignal): Promise<void> => {
  const { state } = self.paths
  if (readSlot(state, 'previous') === undefined || !hasLauncher()) return
  await moveSlot(state, 'previous', 'good')
  self.leave(signal)
}

const restoreCurrent = async (self: SelfUpgrade, install: Install): Promise<void> => {
  await emptySlot(self.paths.state, 'trial')
  await ownCurrent(install)
  const link = currentLink(self.paths, grabberService)
  const digest = ownDigest(self.paths)
  await (digest === undefined ? removeDurably(link) : relinkDurably(link, `releases/${digest}`))
}

const slotOf = (paths: HostPaths, { seq, service, artifact }: Install['order']): Slot => ({
  seq,
  directory: releaseDir(paths, service, artifact.digest),
})

const isOwn = ({ host, order }: Install): boolean => ownDigest(host.paths) === order.artifact.digest
