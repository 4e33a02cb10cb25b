import type { BuiltBy } from '../../shared/domain/artifact.ts'
import type { Resolved } from '../../shared/messages/sources.ts'
import type { BuildRow } from '../db/builds.ts'
import type { Tables } from '../db/store.ts'

/** Why nothing that there is serves, in one sentence, before it is written down. */
export const whyBuilt = (
  { builds }: Pick<Tables, 'builds'>,
  service: string,
  resolved: Resolved,
  rebuild: boolean,
): string => {
  const short = resolved.commit.slice(0, 10)
  const last = builds.lastOfCommit(service, resolved.commit)
  if (rebuild) return `A rebuild was asked for${last ? `; the last build of ${short} is ${last.id}` : ''}.`
  if (!last) return `Commit ${short} was not built before.`
  if (last.state !== 'built') return `Build ${last.id} of ${short} ${outcome(last)}.`
  const changes = changesSince(last, resolved)
  if (changes.length > 0) return `Build ${last.id} of ${short} does not serve, as ${changes.join(' and ')}.`
  return `The artifact of build ${last.id} of ${short} is no longer kept.`
}

const outcome = ({ state }: BuildRow): string => (state === 'cancelled' ? 'was cancelled' : 'failed')

const changesSince = (last: BuildRow, now: Pick<BuildRow, 'recipe' | 'builtBy'>): string[] => [
  ...(last.recipe === now.recipe
    ? []
    : ['the build section of its service.yaml, or the path of the service, is another now']),
  ...toolChanges(last.builtBy, now.builtBy),
]

const toolChanges = (before: BuiltBy, now: BuiltBy): string[] => [
  ...(before.machine === now.machine
    ? []
    : [`that was for ${before.machine}, and this is for ${now.machine}`]),
  ...(before.tool === now.tool ? [] : [`that was with ${before.tool}, and this is with ${now.tool}`]),
  ...(before.compression === now.compression
    ? []
    : [`that was compressed by ${before.compression}, and this is by ${now.compression}`]),
  ...(before.revision === now.revision && before.format === now.format
    ? []
    : ['the packer of today writes other bytes than the one of then']),
]
