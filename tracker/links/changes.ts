import type { LinkView } from '../../shared/api/links.ts'
import { PersonError } from '../../shared/errors.ts'
import { some } from '../../shared/wording.ts'
import { requireService } from '../builds/find-service.ts'
import type { Link } from '../db/links.ts'
import type { Tables, Writing } from '../db/store.ts'

/** Links a service to a base, as the base is now: it is built again from the base's next artifact on. Throws `conflict` for a ring. */
export const link = (writing: Writing, service: string, base: string, createdBy: string): LinkView => {
  requireService(writing, service)
  requireService(writing, base)
  refuseRing(writing, service, base)
  if (!writing.links.get(service, base))
    writing.links.insert({ service, base, createdBy, createdAt: writing.now })
  const made = requireLink(writing, service, base)
  writing.links.setBuiltFor(made, made.newest, null)
  return linkViewOf(requireLink(writing, service, base))
}

export const unlink = (writing: Writing, service: string, base: string): LinkView => {
  const removed = requireLink(writing, service, base)
  writing.links.remove(service, base)
  return linkViewOf(removed)
}

export const linkViewOf = ({ service, base, createdBy, createdAt, error }: Link): LinkView => ({
  ...{ service, base, createdBy, createdAt },
  ...(error === null ? {} : { error }),
})

const requireLink = ({ links }: Tables, service: string, base: string): Link => {
  const found = links.get(service, base)
  if (found) return found
  const bases = links.list().filter((each) => each.service === service)
  throw new PersonError('not-found', `${service} is not linked to ${base}.`, {
    field: 'base',
    hint:
      bases.length === 0
        ? `It is linked to nothing; \`tracker services link ${service} BASE\` does.`
        : `It is linked to ${some(bases.map((each) => each.base))}.`,
  })
}

/** A service that is built because of itself, however far around, would be built for ever. */
const refuseRing = ({ links }: Tables, service: string, base: string): void => {
  const way = wayTo(links.list(), base, service, new Set())
  if (!way) return
  throw new PersonError(
    'conflict',
    `${service} cannot be linked to ${base}: ${[service, ...way].join(' → ')} is a ring.`,
    {
      field: 'base',
      hint: 'Remove one of those links first: `tracker services unlink SERVICE BASE`.',
    },
  )
}

/** From one service over its bases to another, if there is such a way. */
const wayTo = (
  links: readonly Link[],
  from: string,
  to: string,
  seen: Set<string>,
): readonly string[] | undefined => {
  if (from === to) return [to]
  seen.add(from)
  for (const { base } of links.filter(({ service, base: next }) => service === from && !seen.has(next))) {
    const way = wayTo(links, base, to, seen)
    if (way) return [from, ...way]
  }
  return undefined
}
