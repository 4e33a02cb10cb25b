import { PersonError } from '../../shared/errors.ts'
import { some } from '../../shared/wording.ts'
import type { Hook } from '../db/hooks.ts'
import type { Tables } from '../db/store.ts'

/** Throws `not-found`, naming those that there are, unless there is one of that name. */
export const requireHook = ({ hooks }: Pick<Tables, 'hooks'>, name: string): Hook => {
  const found = hooks.named(name)
  if (found) return found
  const known = hooks.list().map((hook) => hook.name)
  throw new PersonError('not-found', `There is no hook ${name}.`, {
    field: 'name',
    hint:
      known.length === 0
        ? 'Add one: `tracker hooks add SERVICE --from github`.'
        : `There are ${some(known)}.`,
  })
}

/** For who calls one: says nothing of those that there are. */
export const noSuchHook = (): PersonError =>
  new PersonError('not-found', 'There is no hook at this URL.', {
    hint: 'It was removed, or got another URL by `tracker hooks rotate`.',
  })
