import { Option, type Command } from 'commander'
import {
  addHook,
  ForgeUrl,
  getHook,
  Glob,
  HookName,
  listHooks,
  removeHook,
  rotateHook,
  StatusToken,
} from '../../../shared/api/hooks.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { HookSource } from '../../../shared/domain/hook.ts'
import { ServiceName } from '../../../shared/domain/names.ts'
import { PersonError } from '../../../shared/errors.ts'
import { collect } from '../arguments.ts'
import { deliveryLines, hookLines, hookSummary, shownOnceLines } from '../output/hook-lines.ts'
import { ask, canAsk, readStandardInput } from '../prompt.ts'
import { call, openSession, print } from '../session.ts'
import { ruleOf } from '../standing-rules.ts'

interface AddFlags {
  readonly from: HookSource
  readonly name?: string
  readonly branch?: readonly string[]
  readonly tag?: readonly string[]
  readonly path?: readonly string[]
  readonly deploy?: string
  readonly statusToken?: true
  readonly statusTokenStdin?: true
  readonly forgeUrl?: string
  readonly reason?: string
}

const longestToken = 10_000

export const defineHooks = (command: Command): void => {
  command.action(async () => list(command, {}))
  command
    .command('list', { isDefault: true, hidden: true })
    .description('list hooks: what they build, and what came last')
    .option('-s, --service <name>', 'only of this service')
    .action(async (flags: { service?: string }) => list(command, flags))
  command
    .command('add')
    .description('let a forge or a CI have new code of a service built, and deployed if so wished')
    .argument('<service>', 'the service')
    .addOption(
      new Option(
        '--from <source>',
        'who calls: a forge (gitea is Forgejo too), what signs itself, or a CI by a secret URL',
      )
        .choices(HookSource.options)
        .makeOptionMandatory(),
    )
    .option('--name <name>', 'what it is called (default: SERVICE-SOURCE)')
    .option('--branch <glob>', 'build these branches: main, release/*, ** (may be repeated)', collect)
    .option('--tag <glob>', 'build these tags: v* (may be repeated); neither: the default branch', collect)
    .option(
      '--path <glob>',
      'build also when this changed, beside the service’s own path (may be repeated)',
      collect,
    )
    .option('--deploy <cluster[:regex]>', 'deploy what was built, to these hosts')
    .option('--status-token', 'tell the forge how builds and deploys go; asks for its token')
    .option('--status-token-stdin', 'the same, with the token read from standard input')
    .option('--forge-url <url>', 'where the forge is, if the service’s repo does not say it')
    .option('--reason <text>', 'why, for the history')
    .action(async (service: string, flags: AddFlags) => add(command, service, flags))
  command
    .command('show')
    .description('show a hook and its last deliveries, with what came of each')
    .argument('<hook>', 'which one')
    .action(async (name: string) => show(command, name))
  command
    .command('rotate')
    .description('give a hook a new URL and a new secret; the old ones count no more')
    .argument('<hook>', 'which one')
    .option('--reason <text>', 'why, for the history')
    .action(async (name: string, flags: { reason?: string }) => rotate(command, name, flags))
  command
    .command('remove')
    .description('let nobody call a hook any more')
    .argument('<hook>', 'which one')
    .action(async (name: string) => remove(command, name))
}

const list = async (command: Command, { service }: { service?: string }): Promise<void> => {
  const query = service === undefined ? {} : { service: parseSetting(ServiceName, '--service', service) }
  const session = await openSession(command)
  const answer = await call(session, listHooks, { query })
  print(session, answer, () =>
    answer.hooks.length === 0
      ? ['No hooks. Have pushes built: tracker hooks add SERVICE --from github']
      : hookLines(answer.hooks, Date.now(), session.output.columns),
  )
}

const add = async (command: Command, name: string, flags: AddFlags): Promise<void> => {
  const { from, reason, forgeUrl } = flags
  const service = parseSetting(ServiceName, 'service', name)
  const deploy = flags.deploy === undefined ? undefined : await ruleOf(flags.deploy)
  const body = {
    name: parseSetting(HookName, '--name', flags.name ?? `${service}-${from}`.slice(0, 63)),
    service,
    from,
    branches: globs('--branch', flags.branch),
    tags: globs('--tag', flags.tag),
    paths: globs('--path', flags.path),
    ...(deploy === undefined ? {} : { deploy }),
    ...(forgeUrl === undefined ? {} : { forgeUrl: parseSetting(ForgeUrl, '--forge-url', forgeUrl) }),
    ...(reason === undefined ? {} : { reason }),
  }
  const session = await openSession(command)
  const statusToken = await tokenFrom(flags)
  const token =
    statusToken === undefined ? {} : { statusToken: parseSetting(StatusToken, 'token', statusToken) }
  const hook = await call(session, addHook, { body: { ...body, ...token } })
  print(session, hook, () => [hookSummary(hook), ...shownOnceLines(hook)])
}

const show = async (command: Command, name: string): Promise<void> => {
  parseSetting(HookName, 'hook', name)
  const session = await openSession(command)
  const hook = await call(session, getHook, { params: { name } })
  print(session, hook, () => deliveryLines(hook, Date.now(), session.output.columns))
}

const rotate = async (command: Command, name: string, { reason }: { reason?: string }): Promise<void> => {
  parseSetting(HookName, 'hook', name)
  const session = await openSession(command)
  const body = reason === undefined ? {} : { reason }
  const hook = await call(session, rotateHook, { params: { name }, body })
  print(session, hook, () => [
    `${name} has a new address; the old one counts no more.`,
    ...shownOnceLines(hook),
  ])
}

const remove = async (command: Command, name: string): Promise<void> => {
  parseSetting(HookName, 'hook', name)
  const session = await openSession(command)
  const hook = await call(session, removeHook, { params: { name } })
  print(session, hook, () => [`${name} is removed: what is pushed builds ${hook.service} by it no more.`])
}

const globs = (flag: string, given: readonly string[] = []): string[] =>
  given.map((glob) => parseSetting(Glob, flag, glob))

/** Never from the command line itself: that shows in the list of processes. */
const tokenFrom = async (flags: AddFlags): Promise<string | undefined> => {
  if (flags.statusTokenStdin) return (await readStandardInput(longestToken)).trim()
  if (!flags.statusToken) return undefined
  if (canAsk()) return ask('The forge’s token (not shown): ', { secret: true })
  throw new PersonError('usage', 'There is no terminal to ask for the forge’s token.', {
    hint: 'Give it with --status-token-stdin.',
  })
}
