import { stringify } from 'yaml'
import { safeText } from '../../shared/terminal-text.ts'
import type { Proposal, Reason } from './proposal.ts'

/** A proposal as the text of a service.yaml: only what is not the default, each with its reason. */
export const writeUp = ({ service, type, command, env, health, reasons }: Proposal): string => {
  const because = (key: string): string[] => commentsOf(reasons, key)
  const lines = [
    '# How AppTracker builds, runs and checks this service. Its docs/service-yaml.md has all keys and their defaults.',
    `service: ${service}`,
    ...because('build'),
    `build: { type: ${type} }`,
    'run:',
    ...because('run.command').map(indented),
    `  command: ${inline(command)}`,
    ...because('run.env.PORT').map(indented),
    ...(Object.keys(env).length > 0 ? [`  env: ${inline(env)}`] : []),
    ...because('health'),
    ...(health ? ['health:', `  ${health.kind}: ${inline(asked(health))}`] : []),
  ]
  return `${lines.join('\n')}\n`
}

const commentsOf = (reasons: readonly Reason[], key: string): string[] =>
  reasons.filter((reason) => reason.key === key).map(({ because }) => `# ${safeText(because)}`)

const indented = (line: string): string => `  ${line}`

const asked = (health: NonNullable<Proposal['health']>): object =>
  health.kind === 'tcp' ? { port: health.port } : { port: health.port, path: health.path }

const inline = (value: unknown): string => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
