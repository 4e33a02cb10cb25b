import type { Command } from 'commander'
import {
  listServices,
  registerService,
  setStandingRules,
  type ServiceView,
} from '../../../shared/api/services.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { collect } from '../arguments.ts'
import { defineLinks } from './links.ts'
import { ruleText, rulesOf } from '../standing-rules.ts'
import { table } from '../output/table.ts'
import { ageOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

const Registration = registerService.body.shape

interface SetFlags {
  readonly on: readonly string[]
  readonly reason?: string
}

export const defineServices = (command: Command): void => {
  command.action(async () => list(command))
  command
    .command('list', { isDefault: true, hidden: true })
    .description('list all services')
    .action(async () => list(command))
  command
    .command('add')
    .description('register a service, or change where its code is')
    .argument('<name>', 'lower-case letters, digits and dashes')
    .argument('<repo>', 'https://…, ssh://…, user@host:path, or a directory of the packer’s machine')
    .option('--path <path>', 'where in the repo its service.yaml is', '.')
    .action(async (name: string, repo: string, { path }: { path: string }) =>
      add(command, { name, repo, path }),
    )
  command
    .command('set')
    .description('say which hosts are to have a service as soon as they join')
    .argument('<service>', 'the service')
    .requiredOption(
      '--on <cluster[:regex]>',
      'hosts of this cluster, or those of them whose name matches (may be repeated); none: no host',
      collect,
    )
    .option('--reason <text>', 'why, for the history')
    .action(async (name: string, flags: SetFlags) => set(command, name, flags))
  defineLinks(command)
}

const set = async (command: Command, name: string, { on, reason }: SetFlags): Promise<void> => {
  parseSetting(Registration.name, 'service', name)
  const rules = await rulesOf(on)
  const session = await openSession(command)
  const body = { rules, ...(reason === undefined ? {} : { reason }) }
  const service = await call(session, setStandingRules, { params: { name }, body })
  print(session, service, () => [
    rules.length === 0
      ? `No host gets ${name} by itself any more; those that have it keep it.`
      : `A host that joins gets ${name} by itself: ${ruleText(service)}.`,
  ])
}

const list = async (command: Command): Promise<void> => {
  const session = await openSession(command)
  const answer = await call(session, listServices, {})
  print(session, answer, () =>
    answer.services.length === 0
      ? ['No services yet. Register one: tracker services add NAME REPO']
      : serviceLines(answer.services, Date.now(), session.output.columns),
  )
}

const add = async (command: Command, body: { name: string; repo: string; path: string }): Promise<void> => {
  parseSetting(Registration.name, 'service', body.name)
  parseSetting(Registration.repo, 'repo', body.repo)
  parseSetting(Registration.path, '--path', body.path)
  const session = await openSession(command)
  const service = await call(session, registerService, { body })
  print(session, service, () => [
    `Registered ${service.name}: ${safeText(service.repo)}${service.path === '.' ? '' : `, in ${safeText(service.path)}`}`,
    `  deploy it: tracker deploy ${service.name} -c CLUSTER`,
  ])
}

export const serviceLines = (services: readonly ServiceView[], now: number, columns: number): string[] =>
  table(
    ['SERVICE', 'LAST DEPLOY', 'STANDING RULES', 'REPO', 'PATH'],
    services.map(({ name, repo, path, lastDeploy: last, rules }) => [
      name,
      last ? `${last.id} ${last.version} ${last.state}, ${ageOf(last.createdAt, now)} ago` : 'never',
      ruleText({ rules }),
      safeText(repo),
      safeText(path),
    ]),
    columns,
  )
