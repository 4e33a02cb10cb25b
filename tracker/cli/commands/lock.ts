import type { Command } from 'commander'
import { releaseLock, takeLock, type LockPlace } from '../../../shared/api/locks.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { ClusterName, ServiceName } from '../../../shared/domain/names.ts'
import { describePlace, placeArguments } from '../../../shared/domain/place.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { dateTimeOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

interface Flags {
  readonly cluster?: string
}

const Taking = takeLock.body.shape

export const defineLock = (command: Command): void => {
  addPlace(command)
    .requiredOption('--reason <text>', 'why, for whoever wants to deploy meanwhile')
    .option('--for <duration>', 'how long it holds unless it is taken away: 30m, 2h, 3d; up to 30 days', '1h')
    .action(async (service: string, flags: Flags & { reason: string; for: string }) => {
      parseSetting(Taking.reason, '--reason', flags.reason)
      parseSetting(Taking.for, '--for', flags.for)
      const body = { ...placeOf(service, flags), reason: flags.reason, for: flags.for }
      const session = await openSession(command)
      const lock = await call(session, takeLock, { body })
      print(session, lock, () => [
        `Locked ${describePlace(lock)} until ${dateTimeOf(lock.expiresAt)}.`,
        `  take it away: tracker unlock ${placeArguments(lock)}`,
      ])
    })
}

export const defineUnlock = (command: Command): void => {
  addPlace(command)
    .option('--reason <text>', 'why, for the history')
    .action(async (service: string, { reason, ...flags }: Flags & { reason?: string }) => {
      const body = { ...placeOf(service, flags), ...(reason === undefined ? {} : { reason }) }
      const session = await openSession(command)
      const lock = await call(session, releaseLock, { body })
      print(session, lock, () => [
        `Took away the lock of ${safeText(lock.owner)} on ${describePlace(lock)}: ${safeText(lock.reason)}`,
      ])
    })
}

const addPlace = (command: Command): Command =>
  command
    .argument('<service>', 'the service that it is on')
    .option('-c, --cluster <name>', 'only on hosts of this cluster')

const placeOf = (service: string, { cluster }: Flags): LockPlace => ({
  service: parseSetting(ServiceName, 'service', service),
  ...(cluster === undefined ? {} : { cluster: parseSetting(ClusterName, '--cluster', cluster) }),
})
