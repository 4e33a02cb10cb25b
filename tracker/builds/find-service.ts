import { PersonError } from '../../shared/errors.ts'
import type { Service } from '../db/services.ts'
import type { Tables } from '../db/store.ts'

const toldAtMost = 10

/** Throws `not-found`, naming those that there are, unless it is registered. */
export const requireService = ({ services }: Pick<Tables, 'services'>, name: string): Service => {
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
