import type { HostSelection } from '../../../../shared/api/hosts.ts'

/** How the hosts of a deploy were chosen: `in prod, named ^web-`; nothing for all hosts. */
export const selectionText = ({ clusters, pattern, labels }: HostSelection): string =>
  [
    clusters.length > 0 ? `in ${clusters.join(', ')}` : '',
    pattern === undefined ? '' : `named ${pattern}`,
    labels.length > 0 ? `with ${labels.join(', ')}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ')
