import type { Command } from 'commander'
import { listServices, registerService, type ServiceView } from '../../../shared/api/services.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { table } from '../output/table.ts'
import { ageOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

const Registration = registerService.body.shape

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
    ['SERVICE', 'LAST DEPLOY', 'REPO', 'PATH'],
    services.map(({ name, repo, path, lastDeploy: last }) => [
      name,
      last ? `${last.id} ${last.version} ${last.state}, ${ageOf(last.createdAt, now)} ago` : 'never',
      safeText(repo),
      safeText(path),
    ]),
    columns,
  )
