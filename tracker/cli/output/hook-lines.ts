import type { DeliveryView, HookView } from '../../../shared/api/hooks.ts'
import { pushesText } from '../../../shared/domain/hook.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { ruleText } from '../standing-rules.ts'
import { table } from './table.ts'
import { ageOf } from './times.ts'

export const hookLines = (hooks: readonly HookView[], now: number, columns: number): string[] => {
  const [head = '', ...rows] = table(
    ['HOOK', 'SERVICE', 'FROM', 'BUILDS', 'DEPLOYS TO', 'LAST'],
    hooks.map((hook) => [
      hook.name,
      hook.service,
      hook.from,
      whichOf(hook),
      hook.deploy === undefined ? '' : ruleText({ rules: [hook.deploy] }),
      lastOf(hook, now),
    ]),
    columns,
  )
  return [head, ...hooks.flatMap((hook, index) => [rows[index] ?? '', ...troubles(hook, now)])]
}

/** What a hook does, in one sentence. */
export const hookSummary = (hook: HookView): string =>
  `${hook.name} builds ${hook.service}: ${whichOf(hook)}${
    hook.deploy === undefined ? '' : `, and deploys it to ${ruleText({ rules: [hook.deploy] })}`
  }.`

/** What has to be pasted somewhere, and is not shown again. */
export const shownOnceLines = ({
  from,
  url,
  secret,
}: HookView & { url: string; secret?: string | undefined }): string[] => [
  `  URL (shown once):    ${safeText(url)}`,
  ...(secret === undefined ? [] : [`  secret (shown once): ${safeText(secret)}`]),
  from === 'trigger'
    ? '  call it after the tests: curl --fail -X POST URL; who has the URL can have it built'
    : '  paste both into the webhook at the forge, for pushes and tags: docs/webhooks.md',
]

export const deliveryLines = (
  hook: HookView & { readonly deliveries: readonly DeliveryView[] },
  now: number,
  columns: number,
): string[] => {
  const { deliveries, paths, statuses } = hook
  const [head = '', ...rows] = table(
    ['DELIVERY', 'AGE', 'STATE', 'COMMIT', 'BUILD', 'DEPLOY', 'WHAT'],
    deliveries.map((delivery) => deliveryCells(delivery, now)),
    columns,
  )
  return [
    hookSummary(hook),
    ...(paths.length === 0
      ? []
      : [
          `  branches only when something changed in ${safeText(paths.join(', '))}, or in its own part of the repo`,
        ]),
    ...(statuses?.sentAt === undefined
      ? []
      : [`  ${safeText(statuses.to)} was told how builds go, ${ageOf(statuses.sentAt, now)} ago`]),
    ...troubles(hook, now),
    ...(deliveries.length === 0 ? ['  nothing came yet'] : [head]),
    ...deliveries.flatMap(({ why }, index) => [
      rows[index] ?? '',
      ...(why === undefined ? [] : [`  ${safeText(why)}`]),
    ]),
  ]
}

const deliveryCells = (
  { id, at, state, version, build, deploy, what }: DeliveryView,
  now: number,
): string[] => [
  String(id),
  ageOf(at, now),
  state,
  safeText(version ?? ''),
  build === undefined ? '' : `${build.id} ${build.state}`,
  deploy === undefined ? '' : `${deploy.id} ${deploy.state}`,
  safeText(what),
]

const whichOf = (hook: HookView): string => safeText(pushesText(hook))

const lastOf = ({ lastDelivery: last, refused }: HookView, now: number): string => {
  if (refused && refused.at >= (last?.at ?? 0)) return `refused ${ageOf(refused.at, now)} ago`
  return last ? `${last.state} ${ageOf(last.at, now)} ago` : 'nothing yet'
}

/** What somebody should see to. */
const troubles = ({ refused, lastDelivery, statuses }: HookView, now: number): string[] => [
  ...(refused && refused.at >= (lastDelivery?.at ?? 0)
    ? [`  a call was refused ${ageOf(refused.at, now)} ago: ${safeText(refused.why)}`]
    : []),
  ...(statuses?.failing
    ? [
        `  ${safeText(statuses.to)} is not told how builds go, for ${ageOf(statuses.failing.since, now)}: ${safeText(statuses.failing.error)}`,
      ]
    : []),
]
