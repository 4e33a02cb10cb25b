import type { Link } from '../../../../tracker/db/links.ts'
import { demand } from '../../broken-invariant.ts'
import type { Change } from './snapshot.ts'

/** A child has one rebuild waiting at most, and no service is built because of itself. */
export const checkLinks = ({ before, after }: Change): void => {
  const waiting = [...after.builds.values()]
    .filter(({ state, cause }) => state === 'queued' && cause === 'link')
    .map(({ service }) => service)
  demand(
    new Set(waiting).size === waiting.length,
    'a child has one rebuild waiting at most',
    waiting.join(', '),
  )
  for (const { service } of after.links)
    demand(!basesOf(after.links, service).has(service), 'links are no ring', service)
  for (const build of after.builds.values()) {
    if (build.cause !== 'link' || before.builds.has(build.id)) continue
    const bases = before.links.filter(({ service }) => service === build.service).map(({ base }) => base)
    const unfinished = [...before.builds.values()].find(
      ({ service, endedAt }) => endedAt === null && bases.includes(service),
    )
    const isNew = unfinished && after.builds.get(unfinished.id)?.endedAt === null
    demand(!isNew, 'a child is built after its bases', `build ${build.id}, while ${unfinished?.id ?? 0} runs`)
  }
}

/** All that a service stands on, however far. */
const basesOf = (links: readonly Link[], service: string): Set<string> => {
  const found = new Set<string>()
  const follow = (from: string): void => {
    for (const { base } of links.filter((link) => link.service === from)) {
      if (found.has(base)) continue
      found.add(base)
      follow(base)
    }
  }
  follow(service)
  return found
}
