import { Option, type Command } from 'commander'
import * as z from 'zod'
import {
  addNotifier,
  listNotifiers,
  NotifierName,
  removeNotifier,
  testNotifier,
  type NotifierView,
} from '../../../shared/api/notifiers.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { ClusterName, ServiceName } from '../../../shared/domain/names.ts'
import { NotificationFormat, NotifiedOutcome } from '../../../shared/domain/notification.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { table } from '../output/table.ts'
import { ageOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

interface AddFlags {
  readonly service?: string
  readonly cluster?: string
  readonly on: string
  readonly format: NotificationFormat
  readonly reason?: string
}

const outcomes = NotifiedOutcome.options.join(', ')
const Outcomes = z
  .string()
  .transform((text) => (text === 'all' ? [...NotifiedOutcome.options] : text.split(',')))
  .pipe(z.array(z.enum(NotifiedOutcome.options, { error: `give some of ${outcomes}, or all` })))

export const defineNotify = (command: Command): void => {
  command.action(async () => list(command))
  command
    .command('list', { isDefault: true, hidden: true })
    .description('list who is told how deploys end, and whether it arrives')
    .action(async () => list(command))
  command
    .command('add')
    .description('tell a webhook, from now on, how deploys end')
    .argument('<name>', 'what you call it: lower-case letters, digits and dashes')
    .argument('<url>', 'https://…, or http://… on the tracker’s own machine; shown to nobody again')
    .option('--service <name>', 'only of this service')
    .option('-c, --cluster <name>', 'only of deploys with a host of this cluster')
    .option('--on <outcomes>', `only some, with commas between: ${outcomes}`, 'all')
    .addOption(
      new Option('--format <format>', '`slack` for all that takes {"text": …}: Slack, Mattermost, …')
        .choices(NotificationFormat.options)
        .default('json'),
    )
    .option('--reason <text>', 'why, for the history')
    .action(async (name: string, url: string, flags: AddFlags) => add(command, name, url, flags))
  command
    .command('remove')
    .description('tell a webhook nothing more')
    .argument('<notifier>', 'which one')
    .action(async (name: string) => remove(command, name))
  command
    .command('test')
    .description('send a webhook a test; once it arrives, what waits is tried again too')
    .argument('<notifier>', 'which one')
    .action(async (name: string) => test(command, name))
}

const list = async (command: Command): Promise<void> => {
  const session = await openSession(command)
  const answer = await call(session, listNotifiers, {})
  print(session, answer, () =>
    answer.notifiers.length === 0
      ? ['Nobody is told how deploys end. Tell a webhook: tracker notify add NAME URL']
      : notifierLines(answer.notifiers, Date.now(), session.output.columns),
  )
}

const add = async (command: Command, name: string, url: string, flags: AddFlags): Promise<void> => {
  const { service, cluster, reason } = flags
  const body = {
    name: parseSetting(NotifierName, 'name', name),
    url,
    on: parseSetting(Outcomes, '--on', flags.on),
    format: flags.format,
    ...(service === undefined ? {} : { service: parseSetting(ServiceName, '--service', service) }),
    ...(cluster === undefined ? {} : { cluster: parseSetting(ClusterName, '--cluster', cluster) }),
    ...(reason === undefined ? {} : { reason }),
  }
  const session = await openSession(command)
  const notifier = await call(session, addNotifier, { body })
  print(session, notifier, () => [
    `From now on ${safeText(notifier.host)} is told ${scopeOf(notifier)}.`,
    ...(notifier.format === 'json' ? [`  secret (shown once): ${notifier.secret}`] : []),
    `  try it: tracker notify test ${name}`,
  ])
}

const remove = async (command: Command, name: string): Promise<void> => {
  parseSetting(NotifierName, 'notifier', name)
  const session = await openSession(command)
  const notifier = await call(session, removeNotifier, { params: { name } })
  print(session, notifier, () => [`${name} (${safeText(notifier.host)}) is told nothing more.`])
}

const test = async (command: Command, name: string): Promise<void> => {
  parseSetting(NotifierName, 'notifier', name)
  const session = await openSession(command)
  const answer = await call(session, testNotifier, { params: { name } })
  if (answer.error !== undefined) process.exitCode = 1
  print(session, answer, () => [
    answer.error === undefined
      ? `The test has arrived at ${name}.`
      : `The test did not arrive at ${name}: ${safeText(answer.error)}.`,
  ])
}

const scopeOf = ({ service, cluster, on }: NotifierView): string =>
  `how deploys${ofWhat(service, cluster)} end${
    isAll(on) ? ', and when one waits for somebody' : `: ${on.join(', ')}`
  }`

/** ` of web in prod`. */
const ofWhat = (service: string | undefined, cluster: string | undefined): string =>
  `${service === undefined ? '' : ` of ${service}`}${cluster === undefined ? '' : ` in ${cluster}`}`

const isAll = (on: readonly NotifiedOutcome[]): boolean => on.length === NotifiedOutcome.options.length

export const notifierLines = (notifiers: readonly NotifierView[], now: number, columns: number): string[] =>
  table(
    ['NAME', 'TO', 'FORMAT', 'TOLD', 'ARRIVES'],
    notifiers.map((notifier) => [
      notifier.name,
      safeText(notifier.host),
      notifier.format,
      `${isAll(notifier.on) ? 'all' : notifier.on.join(',')}${ofWhat(notifier.service, notifier.cluster)}`,
      arrivalOf(notifier, now),
    ]),
    columns,
  )

const arrivalOf = ({ failing, toldAt, givenUp }: NotifierView, now: number): string => {
  const state = failing
    ? `not for ${ageOf(failing.since, now)}: ${safeText(failing.error)}`
    : toldAt === undefined
      ? 'nothing told yet'
      : `yes, ${ageOf(toldAt, now)} ago`
  return givenUp === 0 ? state : `${state}; ${givenUp} given up`
}
