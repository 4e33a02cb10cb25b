import { PersonError } from '../../shared/errors.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Store } from '../db/store.ts'

/** Throws `not-found` unless there is one. */
export const requireDeploy = (store: Store, id: number): Deploy => {
  const deploy = store.read.deploys.get(id)
  if (deploy) return deploy
  throw new PersonError('not-found', `There is no deploy ${id}.`, {
    hint: '`tracker status` lists the latest.',
  })
}
