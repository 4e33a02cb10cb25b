import type { Command } from 'commander'
import {
  getArtifactUsage,
  listArtifacts,
  listKeepRules,
  pruneArtifacts,
  removeKeepRule,
  setKeepRule,
  type ArtifactList,
} from '../../../shared/api/artifacts.ts'
import { parseSetting } from '../../../shared/command-line.ts'
import { ServiceName } from '../../../shared/domain/names.ts'
import { PersonError } from '../../../shared/errors.ts'
import { collect, parseWhole } from '../arguments.ts'
import { amountText, artifactTable, ruleText, usageLines } from '../output/artifact-lines.ts'
import { painter } from '../output/palette.ts'
import { call, openSession, print, type Session } from '../session.ts'

const mostShown = 1000

interface KeepFlags {
  readonly last?: string
  readonly days?: string
  readonly tags: readonly string[]
  readonly asOthers?: true
  readonly reason?: string
}

export const defineArtifacts = (command: Command): void => {
  command
    .command('list', { isDefault: true })
    .description('artifacts, the newest of each service first, and why each is kept')
    .argument('[service]', 'only of this service')
    .option('--limit <number>', 'how many at most', '50')
    .action(async (service: string | undefined, { limit }: { limit: string }) =>
      list(command, service, limit),
    )
  command
    .command('usage')
    .description('what the artifact store holds by service, and how its upkeep goes')
    .action(async () => usage(command))
  command
    .command('keep')
    .description('say what is kept beside what is in use, or show it')
    .argument('[service]', 'for this service; else for all that have no rule of their own')
    .option('--last <number>', 'the newest so many')
    .option('--days <number>', 'whatever is younger than so many days; logs of builds too')
    .option(
      '--tags <pattern>',
      'for ever, tags like this, as in v* (may be repeated); none: no tag',
      collect,
      [],
    )
    .option('--as-others', 'what is kept of the others, and no rule of its own')
    .option('--reason <text>', 'why, for the history')
    .action(async (service: string | undefined, flags: KeepFlags) => keep(command, service, flags))
  command
    .command('prune')
    .description('remove now what the next upkeep would remove: all that no rule keeps and nothing uses')
    .option('--service <name>', 'only of this service')
    .option('--dry-run', 'only show what would go, and why the others stay')
    .option('--reason <text>', 'why, for the history')
    .action(async (flags: { service?: string; dryRun?: true; reason?: string }) => prune(command, flags))
}

const list = async (command: Command, name: string | undefined, limit: string): Promise<void> => {
  const service = serviceOf(name)
  const query = { service, limit: parseSetting(listArtifacts.query.shape.limit, '--limit', limit) }
  const session = await openSession(command)
  const answer = await call(session, listArtifacts, { query })
  print(session, answer, () => [
    ...tableOf(session, answer.artifacts),
    `${amountText(sumOf(answer), 'artifact')}; ${goText(answer)}.`,
  ])
}

const usage = async (command: Command): Promise<void> => {
  const session = await openSession(command)
  const answer = await call(session, getArtifactUsage, {})
  print(session, answer, () => usageLines(answer, Date.now(), session.output.columns))
}

const keep = async (command: Command, name: string | undefined, flags: KeepFlags): Promise<void> => {
  const service = serviceOf(name)
  const rule = ruleOf(flags)
  const session = await openSession(command)
  if (flags.asOthers) return keepAsOthers(session, service, rule)
  if (Object.keys(rule).length === 0) return showRules(session)
  const body = { ...rule, service, ...(flags.reason === undefined ? {} : { reason: flags.reason }) }
  const kept = await call(session, setKeepRule, { body })
  print(session, kept, () => [
    ruleText(kept),
    `  what goes: tracker artifacts prune --dry-run${service === undefined ? '' : ` --service ${service}`}`,
  ])
}

const keepAsOthers = async (session: Session, service: string | undefined, rule: object): Promise<void> => {
  if (service === undefined || Object.keys(rule).length > 0) {
    throw new PersonError('usage', '--as-others is for one service, and goes with no other rule.', {
      hint: 'For example: tracker artifacts keep web --as-others',
    })
  }
  const kept = await call(session, removeKeepRule, { params: { service } })
  print(session, kept, () => [`Of ${service} is kept what is kept of the others.`, ruleText(kept)])
}

const showRules = async (session: Session): Promise<void> => {
  const answer = await call(session, listKeepRules, {})
  print(session, answer, () => [...answer.rules.map(ruleText), 'What is in use stays whatever is set.'])
}

const prune = async (
  command: Command,
  { service: name, dryRun, reason }: { service?: string; dryRun?: true; reason?: string },
): Promise<void> => {
  const service = serviceOf(name, '--service')
  const session = await openSession(command)
  if (dryRun) return showPrune(session, service)
  const body = { service, ...(reason === undefined ? {} : { reason }) }
  const answer = await call(session, pruneArtifacts, { body })
  print(session, answer, () => [
    answer.gone.count === 0
      ? 'Nothing is to go.'
      : `${amountText(answer.gone, 'artifact')}: given up, and going from the store.`,
  ])
}

/** First what goes, then why the others stay. */
const showPrune = async (session: Session, service: string | undefined): Promise<void> => {
  const ask = (kept: 'true' | 'false'): Promise<ArtifactList> =>
    call(session, listArtifacts, { query: { service, kept, limit: mostShown } })
  const [going, staying] = [await ask('false'), await ask('true')]
  const answer = { ...going, artifacts: [...going.artifacts, ...staying.artifacts] }
  print(session, answer, () => [
    ...tableOf(session, answer.artifacts),
    `${amountText(going.stay, 'artifact')}, would stay; ${amountText(going.go, 'artifact')}, would go. Nothing was touched.`,
  ])
}

const tableOf = (session: Session, artifacts: ArtifactList['artifacts']): string[] =>
  artifactTable(artifacts, Date.now(), session.output.columns, painter(session.output.colour))

const sumOf = ({ stay, go }: ArtifactList): ArtifactList['go'] => ({
  count: stay.count + go.count,
  bytes: stay.bytes + go.bytes,
})

const goText = ({ go }: ArtifactList): string =>
  go.count === 0 ? 'all stay' : `of these ${amountText(go, 'artifact')}, go with the next upkeep`

const serviceOf = (name: string | undefined, flag = 'service'): string | undefined =>
  name === undefined ? undefined : parseSetting(ServiceName, flag, name)

const Rule = setKeepRule.body.shape

const ruleOf = ({ last, days, tags }: KeepFlags) => ({
  ...(last === undefined ? {} : { last: parseSetting(Rule.last, '--last', parseWhole('--last', last)) }),
  ...(days === undefined ? {} : { days: parseSetting(Rule.days, '--days', parseWhole('--days', days)) }),
  ...(tags.length === 0 ? {} : { tags: parseSetting(Rule.tags, '--tags', patternsOf(tags)) }),
})

const patternsOf = (tags: readonly string[]): readonly string[] => {
  if (!tags.includes('none')) return tags
  if (tags.length === 1) return []
  throw new PersonError('usage', '--tags none and another --tags contradict each other.', {
    hint: 'Give one or the other.',
  })
}
