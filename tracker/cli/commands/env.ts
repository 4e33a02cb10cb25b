import type { Command } from 'commander'
import { listServices } from '../../../shared/api/services.ts'
import { changeSettings, listConfigs, listSettings } from '../../../shared/api/settings.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { HostName, ServiceName } from '../../../shared/domain/names.ts'
import { SettingName, type SettingScope } from '../../../shared/domain/settings.ts'
import { parseConfig, parseCount } from '../arguments.ts'
import { givenSettings } from '../env/given-settings.ts'
import { changesText, configLines, rollOutCommand, settingLines } from '../env/lines.ts'
import { addScopeFlags, scopeOf, type ScopeFlags } from '../env/scope-flags.ts'
import type { RequestOf } from '../../../shared/api/route.ts'
import { call, openSession, print } from '../session.ts'

interface SetFlags extends ScopeFlags {
  readonly plain?: true
  readonly fromFile?: string
}

interface ListFlags {
  readonly host?: string
  readonly config?: string
}

export const defineEnv = (command: Command): void => {
  const set = command
    .command('set')
    .description('set settings; their values are secrets unless --plain')
    .argument('<service>')
    .argument(
      '[name=value...]',
      'NAME=- takes the value from standard input, or asks for it without showing it',
    )
    .option('--from-file <path>', 'NAME=value lines, such as a .env')
    .option('--plain', 'no secrets: their values may be shown, and are not masked in logs')
  addScopeFlags(set).action(async (service: string, words: string[], flags: SetFlags) => {
    const settings = await givenSettings(words, flags.fromFile)
    const secret = flags.plain !== true
    const body = { set: Object.entries(settings).map(([name, value]) => ({ name, value, secret })) }
    await change(command, service, scopeOf(flags), { ...body, reason: flags.reason })
  })

  const unset = command
    .command('unset')
    .description('take settings away again')
    .argument('<service>')
    .argument('<name...>')
  addScopeFlags(unset).action(async (service: string, names: string[], flags: ScopeFlags) => {
    const body = { unset: names.map((name) => parseSetting(SettingName, 'name', name)) }
    await change(command, service, scopeOf(flags), { ...body, reason: flags.reason })
  })

  command
    .command('list')
    .description('what is set, for whom and since when; never the values of secrets')
    .argument('<service>')
    .option('-H, --host <name>', 'as this host has it, by its whole name')
    .option('--config <version>', 'as it was in this config version')
    .action(async (service: string, flags: ListFlags) => list(command, service, flags))

  command
    .command('history')
    .description('the config versions: who changed which settings, when and why')
    .argument('<service>')
    .option('--limit <count>', 'how many', '20')
    .action(async (service: string, flags: { limit: string }) => history(command, service, flags.limit))
}

type Change = Omit<RequestOf<typeof changeSettings>['body'], 'scope'>

const change = async (command: Command, name: string, scope: SettingScope, what: Change): Promise<void> => {
  const service = parseSetting(ServiceName, 'service', name)
  const session = await openSession(command)
  const answer = await call(session, changeSettings, { params: { service }, body: { ...what, scope } })
  const known = (await call(session, listServices, {})).services.find((each) => each.name === service)
  const { version, changes } = answer.config
  print(session, answer, () =>
    answer.changed
      ? [
          `${service} is at config ${version}: ${changesText(changes)}`,
          ...(known ? [`  hosts get it with a deploy: ${rollOutCommand(known, scope)}`] : []),
        ]
      : [`${service} stays at config ${version}: all of that is so already.`],
  )
}

const list = async (command: Command, name: string, flags: ListFlags): Promise<void> => {
  const service = parseSetting(ServiceName, 'service', name)
  const host = flags.host === undefined ? undefined : parseSetting(HostName, '--host', flags.host)
  const config = flags.config === undefined ? undefined : parseConfig(flags.config)
  const session = await openSession(command)
  const answer = await call(session, listSettings, { params: { service }, query: { host, config } })
  print(session, answer, () => {
    if (answer.config === undefined)
      return [`${service} has no settings. Give it some: tracker env set ${service} NAME=VALUE`]
    const heading = `${service}, config ${answer.config}${host === undefined ? '' : `, on ${host}`}:`
    if (answer.settings.length === 0) return [`${heading} nothing is set`]
    return [heading, ...settingLines(answer.settings, session.output.columns)]
  })
}

const history = async (command: Command, name: string, count: string): Promise<void> => {
  const service = parseSetting(ServiceName, 'service', name)
  const query = { limit: parseCount('--limit', count) }
  const session = await openSession(command)
  const answer = await call(session, listConfigs, { params: { service }, query })
  print(session, answer, () =>
    answer.configs.length === 0
      ? [`${service} never had settings.`]
      : configLines(answer.configs, session.output.columns),
  )
}
