import { PersonError } from '../../../shared/errors.ts'
import type { Artifact } from '../../db/artifacts.ts'
import type { Tables } from '../../db/store.ts'

/** Throws `conflict` when one of them was given up, naming it: hosts could not fetch it. */
export const requireKept = (
  { artifacts }: Pick<Tables, 'artifacts'>,
  digests: ReadonlySet<string | null>,
): void => {
  for (const digest of digests) {
    const artifact = digest === null ? undefined : artifacts.get(digest)
    if (artifact && !isKept(artifact)) throw noLongerKept(artifact)
  }
}

export const isKept = ({ removedAt }: Artifact): boolean => removedAt === null

export const noLongerKept = ({ service, version, commit, digest }: Artifact): PersonError =>
  new PersonError(
    'conflict',
    `The artifact ${digest.slice(0, 12)} of ${service} ${version} is no longer kept.`,
    {
      field: 'digest',
      hint: `Build it again with \`tracker build ${service}@${commit}\`; or deploy what is built of it today: \`tracker deploy ${service}@${commit}\`.`,
    },
  )
