import type { DeliveryView, HookView } from '../../../../shared/api/hooks.ts'
import type { HostSelection } from '../../../../shared/api/hosts.ts'
import { pushesText, type HookSource } from '../../../../shared/domain/hook.ts'
import { buildLooks, deployLooks } from '../deploys/deploy-looks.ts'
import { selectionText } from '../deploy/selection-text.ts'
import type { Look } from '../ui/looks.ts'

export const sourceWords: Record<HookSource, string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea or Forgejo',
  generic: 'signed calls',
  trigger: 'a secret URL',
}

/** `Builds main; tags v*, and deploys it to the hosts in prod.` */
export const hookSentence = (hook: Pick<HookView, 'branches' | 'tags' | 'paths' | 'deploy'>): string => {
  const { paths, deploy } = hook
  const where = deploy === undefined ? '' : `, and deploys it to ${hostsText(deploy)}`
  const when =
    paths.length === 0
      ? ''
      : ` Of branches only when something changed in ${paths.join(', ')} or in its own part of the repo.`
  return `Builds ${pushesText(hook)}${where}.${when}`
}

const hostsText = (deploy: HostSelection): string => {
  const which = selectionText(deploy)
  return which === '' ? 'all hosts' : `the hosts ${which}`
}

/** Which call came last, if it was one that was refused. */
export const lastRefused = ({ refused, lastDelivery }: HookView): HookView['refused'] =>
  refused && refused.at >= (lastDelivery?.at ?? 0) ? refused : undefined

const deliveryLooks: Record<DeliveryView['state'], Look> = {
  waiting: { word: 'waiting', icon: 'clock', tone: 'plain' },
  started: { word: 'started', icon: 'play', tone: 'busy' },
  skipped: { word: 'skipped', icon: 'equal', tone: 'plain' },
  replaced: { word: 'replaced', icon: 'equal', tone: 'plain' },
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
}

/** How far it has come: what was started is as its deploy is, or else its build. */
export const deliveryLook = ({ state, build, deploy }: DeliveryView): Look => {
  if (state !== 'started') return deliveryLooks[state]
  if (deploy) return deployLooks[deploy.state]
  return build ? buildLooks[build.state] : deliveryLooks.started
}

/** What somebody types to make such a hook. */
export const addCommand = ({
  service,
  name,
  from,
  branches,
  tags,
  paths,
  cluster,
  pattern,
  withToken,
}: HookForm): string =>
  [
    `tracker hooks add ${service} --from ${from}`,
    ...(name === defaultName(service, from) ? [] : [`--name ${name}`]),
    ...branches.map((glob) => `--branch '${glob}'`),
    ...tags.map((glob) => `--tag '${glob}'`),
    ...paths.map((glob) => `--path '${glob}'`),
    ...(cluster === '' ? [] : [`--deploy '${cluster}${pattern === '' ? '' : `:${pattern}`}'`]),
    ...(withToken ? ['--status-token'] : []),
  ].join(' ')

export interface HookForm {
  readonly service: string
  readonly name: string
  readonly from: HookSource
  readonly branches: readonly string[]
  readonly tags: readonly string[]
  readonly paths: readonly string[]
  readonly cluster: string
  readonly pattern: string
  readonly withToken: boolean
}

export const defaultName = (service: string, from: HookSource): string => `${service}-${from}`.slice(0, 63)

/** Only a forge has commits with statuses. */
export const hasStatuses = (from: HookSource): boolean => from !== 'generic' && from !== 'trigger'
