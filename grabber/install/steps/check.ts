import { PersonError } from '../../../shared/errors.ts'
import { isSameEdition, type Edition } from '../../../shared/host/edition.ts'
import { readProcessRecord } from '../../../shared/host/process-record.ts'
import { bootId } from '../../../shared/host/process.ts'
import { probe } from '../../health/probe.ts'
import { healthTargetOf } from '../../health/target.ts'
import { becomeHealthy } from '../../health/watch.ts'
import { readLaunch } from '../../releases/launch.ts'
import { allPids } from '../../supervisor/members.ts'
import { strictly } from '../hooks.ts'
import type { Host } from '../host.ts'
import type { Step } from '../install.ts'
import { ensureStarted } from './start.ts'

/** Waits until the new release has proved healthy for its whole window. */
export const check: Step = {
  name: 'check',
  state: 'checking',
  run: async (install, signal) => {
    const { host, order, entry } = install
    const { service } = order
    if (hasRebootedSince(host, service))
      await ensureStarted(host, service, entry.next, strictly(install), signal)
    await proveHealthy(host, service, entry.next, signal)
  },
}

/** Throws PersonError unless the running process is one of `edition`, and healthy throughout the window that the release asks for. */
export const proveHealthy = async (
  host: Host,
  service: string,
  edition: Edition,
  signal: AbortSignal,
): Promise<void> => {
  const record = readProcessRecord(host.paths, service)
  if (!record || !isSameEdition(record, edition))
    throw new PersonError('conflict', `What runs of ${service} is not the release that was started.`)
  const launch = await readLaunch(host.paths, service, edition)
  const target = healthTargetOf(launch)
  const own = (): number[] => host.supervisor.members(service)
  const { interval, healthy_for: healthyFor, deadline } = launch.config.health
  await becomeHealthy(
    {
      service,
      interval,
      healthyFor,
      deadline,
      probe: (asking) => probe(target, { own, everyone: allPids }, asking),
      ended: () => host.supervisor.howEnded(service, record),
    },
    signal,
  )
}

/** A reboot ends every process, which says nothing about the release: it is started again. */
const hasRebootedSince = ({ paths }: Host, service: string): boolean => {
  const record = readProcessRecord(paths, service)
  return record !== undefined && record.identity.bootId !== bootId()
}
