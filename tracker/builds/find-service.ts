import type { ServiceView } from '../../shared/api/services.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Store } from '../db/store.ts'

const toldAtMost = 10

/** Throws `not-found`, naming those that there are, unless it is registered. */
export const requireService = ({ read: { services } }: Store, name: string): ServiceView => {
  const service = services.get(name)
  if (service) return service
  const known = services.list().map((each) => each.name)
  throw new PersonError('not-found', `There is no service ${name}.`, {
    field: 'service',
    hint:
      known.length === 0
        ? 'No service is registered yet: `tracker services add NAME REPO`.'
        : `Registered are ${known.slice(0, toldAtMost).join(', ')}; \`tracker services add ${name} REPO\` registers it.`,
  })
}
