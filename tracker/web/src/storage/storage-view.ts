import type { Amount, KeepRuleView, ServiceUsage, UpkeepReport } from '../../../../shared/api/artifacts.ts'
import type { KeepRule } from '../../../../shared/domain/keep-rule.ts'
import { formatBytes } from '../text/bytes.ts'
import { counted } from '../text/counted.ts'

/** `3 artifacts, 1.2 GB`. */
export const amountText = ({ count, bytes }: Amount): string =>
  `${counted(count, 'artifact')}, ${formatBytes(bytes)}`

/** `+1.2 GB`. */
export const growthText = (bytes: number): string => `${bytes < 0 ? '−' : '+'}${formatBytes(Math.abs(bytes))}`

export const totalOf = (
  services: readonly ServiceUsage[],
): { readonly artifacts: Amount; readonly growth: number } => ({
  artifacts: {
    count: services.reduce((sum, { artifacts }) => sum + artifacts.count, 0),
    bytes: services.reduce((sum, { artifacts }) => sum + artifacts.bytes, 0),
  },
  growth: services.reduce((sum, { growth }) => sum + growth, 0),
})

/** What a clean-up did: `removed 3 artifacts, 1.2 GB`. */
export const removedText = ({ erased, orphans, recordsRemoved, leftovers }: UpkeepReport): string => {
  const removed = [
    ...(erased.count === 0 ? [] : [amountText(erased)]),
    ...(orphans.count === 0 ? [] : [`${amountText(orphans)} that no build told of`]),
    ...(recordsRemoved.count === 0
      ? []
      : [
          `${counted(recordsRemoved.count, 'log or record', 'logs and records')} of builds, ${formatBytes(recordsRemoved.bytes)}`,
        ]),
    ...(leftovers === 0 ? [] : [counted(leftovers, 'unfinished upload')]),
  ]
  return removed.length === 0 ? 'nothing was to be removed' : `removed ${removed.join('; ')}`
}

/** `web@v1, web@v2 and 3 more`. */
export const missingText = ({ count, some }: UpkeepReport['missing']): string =>
  `${some.join(', ')}${count > some.length ? ` and ${count - some.length} more` : ''}`

/** The rule that counts for a service: its own, or the one for all. */
export const ruleFor = (rules: readonly KeepRuleView[], service: string): KeepRuleView | undefined =>
  rules.find((rule) => rule.service === service) ?? rules.find((rule) => rule.service === undefined)

/** A rule as a person would type it. */
export const keepCommand = (service: string | undefined, { last, days, tags }: KeepRule): string =>
  [
    'tracker artifacts keep',
    ...(service === undefined ? [] : [service]),
    `--last ${last} --days ${days}`,
    ...(tags.length === 0 ? ['--tags none'] : tags.map((tag) => `--tags '${tag}'`)),
  ].join(' ')
