import type { HostSelection } from '../../shared/api/hosts.ts'
import type { ServiceView } from '../../shared/api/services.ts'
import { PersonError } from '../../shared/errors.ts'
import { selectionOf } from './selection.ts'

/** What `--on CLUSTER[:REGEX] …` asks for; `none` for no rule at all. */
export const rulesOf = async (texts: readonly string[]): Promise<HostSelection[]> => {
  if (texts.includes('none')) {
    if (texts.length === 1) return []
    throw new PersonError('usage', '--on none and another --on contradict each other.', {
      hint: 'Give one or the other.',
    })
  }
  return Promise.all(texts.map(ruleOf))
}

/** Hosts of a cluster, or those of them whose name matches: `CLUSTER[:REGEX]`. */
export const ruleOf = (text: string): Promise<HostSelection> => {
  const [cluster = '', ...pattern] = text.split(':')
  return selectionOf({
    cluster: [cluster],
    ...(pattern.length === 0 ? {} : { host: pattern.join(':') }),
  })
}

/** `prod:^web-, test`. */
export const ruleText = ({ rules }: Pick<ServiceView, 'rules'>): string => rules.map(textOf).join(', ')

const textOf = ({ clusters, pattern, labels }: HostSelection): string =>
  [clusters.join('|') || '*', ...(pattern === undefined ? [] : [pattern]), ...labels].join(':')
