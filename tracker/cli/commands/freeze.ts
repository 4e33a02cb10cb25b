import type { Command } from 'commander'
import {
  addFreeze,
  FreezeName,
  listFreezes,
  removeFreeze,
  type Freeze,
  type FreezeWindow,
} from '../../../shared/api/freezes.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { ClusterName, ServiceName } from '../../../shared/domain/names.ts'
import { describePlace } from '../../../shared/domain/place.ts'
import { TimeZone, Weekly } from '../../../shared/domain/weekly.ts'
import { PersonError } from '../../../shared/errors.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { parseDateTime } from '../arguments.ts'
import { table } from '../output/table.ts'
import { dateTimeOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

interface Flags {
  readonly weekly?: string
  readonly zone?: string
  readonly from?: string
  readonly until?: string
  readonly service?: string
  readonly cluster?: string
  readonly reason: string
}

export const defineFreeze = (command: Command): void => {
  command.action(async () => list(command))
  command
    .command('list', { isDefault: true, hidden: true })
    .description('list those that hold now or will')
    .action(async () => list(command))
  command
    .command('add')
    .description('let no deploy or retry begin in a window of time; rollbacks may')
    .argument('<name>', 'what it is called: lower-case letters, digits and dashes')
    .option('--weekly <window>', "each week: 'fri 16:00 - mon 08:00', 'mon-fri 22:00 - 06:00'; with --zone")
    .option('--zone <zone>', 'the time zone of --weekly, such as Europe/Berlin')
    .option('--from <time>', 'once, from this ISO date-time on (default: now); with --until')
    .option('--until <time>', 'until then')
    .option('-s, --service <name>', 'only of this service')
    .option('-c, --cluster <name>', 'only on hosts of this cluster')
    .requiredOption('--reason <text>', 'why, for whoever wants to deploy meanwhile')
    .action(async (name: string, flags: Flags) => add(command, name, flags))
  command
    .command('remove')
    .description('end a freeze, also one that holds')
    .argument('<name>', 'what it is called')
    .action(async (name: string) => remove(command, name))
}

const list = async (command: Command): Promise<void> => {
  const session = await openSession(command)
  const answer = await call(session, listFreezes, {})
  print(session, answer, () =>
    answer.freezes.length === 0
      ? [
          "No freezes. Add one: tracker freeze add NAME --weekly 'fri 16:00 - mon 08:00' --zone ZONE --reason WHY",
        ]
      : freezeLines(answer.freezes, session.output.columns),
  )
}

const add = async (command: Command, name: string, flags: Flags): Promise<void> => {
  const body = { name: parseSetting(FreezeName, 'name', name), ...freezeOf(flags) }
  const session = await openSession(command)
  const freeze = await call(session, addFreeze, { body })
  print(session, freeze, () => [
    `${describePlace(freeze)} is frozen ${timeOf(freeze.window)}.`,
    freeze.holdsUntil === undefined ? '  not now' : `  now, until ${dateTimeOf(freeze.holdsUntil)}`,
    `  end it: tracker freeze remove ${freeze.name}`,
  ])
}

const remove = async (command: Command, name: string): Promise<void> => {
  const params = { name: parseSetting(FreezeName, 'name', name) }
  const session = await openSession(command)
  const freeze = await call(session, removeFreeze, { params })
  print(session, freeze, () => [
    `Removed ${freeze.name}: ${describePlace(freeze)} was frozen ${timeOf(freeze.window)}.`,
  ])
}

const freezeOf = (flags: Flags) => ({
  window: windowOf(flags, Date.now()),
  ...(flags.service === undefined ? {} : { service: parseSetting(ServiceName, '--service', flags.service) }),
  ...(flags.cluster === undefined ? {} : { cluster: parseSetting(ClusterName, '--cluster', flags.cluster) }),
  reason: parseSetting(addFreeze.body.shape.reason, '--reason', flags.reason),
})

const windowOf = ({ weekly, zone, from, until }: Flags, now: number): FreezeWindow => {
  if (weekly !== undefined && zone !== undefined && from === undefined && until === undefined) {
    return {
      kind: 'weekly',
      weekly: parseSetting(Weekly, '--weekly', weekly),
      zone: parseSetting(TimeZone, '--zone', zone),
    }
  }
  if (until !== undefined && weekly === undefined && zone === undefined) {
    return {
      kind: 'dated',
      from: from === undefined ? now : parseDateTime('--from', from),
      until: parseDateTime('--until', until),
    }
  }
  throw new PersonError('usage', 'A freeze is either weekly in a time zone, or from one moment to another.', {
    hint: "Give --weekly 'fri 16:00 - mon 08:00' --zone Europe/Berlin, or --from TIME --until TIME.",
  })
}

const freezeLines = (freezes: readonly Freeze[], columns: number): string[] =>
  table(
    ['FREEZE', 'OF', 'WHEN', 'HOLDS NOW', 'BY', 'REASON'],
    freezes.map((freeze) => [
      freeze.name,
      describePlace(freeze),
      timeOf(freeze.window),
      freeze.holdsUntil === undefined ? 'no' : `until ${dateTimeOf(freeze.holdsUntil)}`,
      safeText(freeze.createdBy),
      safeText(freeze.reason),
    ]),
    columns,
  )

const timeOf = (window: FreezeWindow): string =>
  window.kind === 'weekly'
    ? `${window.weekly} ${window.zone}`
    : `${dateTimeOf(window.from)} - ${dateTimeOf(window.until)}`
