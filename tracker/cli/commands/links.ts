import type { Command } from 'commander'
import { linkService, listLinks, unlinkService, type LinkView } from '../../../shared/api/links.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { ServiceName } from '../../../shared/domain/names.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { table } from '../output/table.ts'
import { ageOf } from '../output/times.ts'
import { call, openSession, print } from '../session.ts'

interface Flags {
  readonly reason?: string
}

/** Of `tracker services`: which service is built again because of which. */
export const defineLinks = (services: Command): void => {
  services
    .command('links')
    .description('list which services are built again because of which')
    .action(async () => list(services))
  services
    .command('link')
    .description('have a service built again whenever another one, its base, has a new artifact')
    .argument('<service>', 'what is built again')
    .argument('<base>', 'because of what')
    .option('--reason <text>', 'why, for the history')
    .action(async (service: string, base: string, flags: Flags) => link(services, service, base, flags))
  services
    .command('unlink')
    .description('build a service no more because of its base')
    .argument('<service>', 'what was built again')
    .argument('<base>', 'because of what')
    .action(async (service: string, base: string) => unlink(services, service, base))
}

const list = async (command: Command): Promise<void> => {
  const session = await openSession(command)
  const answer = await call(session, listLinks, {})
  print(session, answer, () =>
    answer.links.length === 0
      ? ['No service is built again because of another: tracker services link SERVICE BASE']
      : linkLines(answer.links, Date.now(), session.output.columns),
  )
}

const link = async (command: Command, name: string, base: string, { reason }: Flags): Promise<void> => {
  parseServices(name, base)
  const session = await openSession(command)
  const body = { base, ...(reason === undefined ? {} : { reason }) }
  const made = await call(session, linkService, { params: { name }, body })
  print(session, made, () => [`${name} is built again whenever ${base} has a new artifact.`])
}

const unlink = async (command: Command, name: string, base: string): Promise<void> => {
  parseServices(name, base)
  const session = await openSession(command)
  const removed = await call(session, unlinkService, { params: { name, base } })
  print(session, removed, () => [`${name} is built because of ${base} no more.`])
}

const parseServices = (service: string, base: string): void => {
  parseSetting(ServiceName, 'service', service)
  parseSetting(ServiceName, 'base', base)
}

const linkLines = (links: readonly LinkView[], now: number, columns: number): string[] =>
  table(
    ['SERVICE', 'BASE', 'SINCE', 'BY', 'NOT BUILT AGAIN AS'],
    links.map(({ service, base, createdAt, createdBy, error }) => [
      service,
      base,
      ageOf(createdAt, now),
      safeText(createdBy),
      safeText(error ?? ''),
    ]),
    columns,
  )
