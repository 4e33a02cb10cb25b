import { satisfies, validRange } from 'semver'
import { PersonError } from '../../../shared/errors.ts'

/** Throws `invalid` when package.json wants another Node.js than the one that builds, and so will run it. */
export const checkEngine = (wanted: string | undefined, version: string): void => {
  if (wanted === undefined) return
  if (validRange(wanted) === null) {
    throw new PersonError(
      'invalid',
      `engines.node of package.json is '${wanted}', which is no range of versions.`,
      {
        hint: 'Write one such as >=20 or ^20.10.',
      },
    )
  }
  if (satisfies(version, wanted, { includePrerelease: true })) return
  throw new PersonError('invalid', `package.json wants Node.js ${wanted}, and the packer has ${version}.`, {
    hint: 'Install that on the packer and the hosts, or correct engines.node.',
  })
}
