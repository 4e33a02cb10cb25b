import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { AgentIdentity } from '../shared/api/enrolments.ts'
import { errnoOf, PersonError } from '../shared/errors.ts'
import { identityFile } from '../shared/host/layout.ts'
import { ClusterName } from '../shared/domain/names.ts'
import { writeDurably } from './durable.ts'

/** Who this host is: what its tracker said at enrolment, the key that it made for itself, and where its services are. */
export const HostIdentity = AgentIdentity.extend({
  cluster: ClusterName,
  /** Seed of this host's nkey. It never leaves this host. */
  seed: z.string().regex(/^SU[A-Z2-7]+$/),
  root: z.string().startsWith('/'),
  /** Whether services may run as root here. */
  allowRoot: z.boolean().default(false),
})
export type HostIdentity = z.infer<typeof HostIdentity>

/** Throws `not-found` when this host was not enrolled, and `invalid` when the file cannot be used. */
export const readIdentity = async (state: string): Promise<HostIdentity> => {
  const path = identityFile(state)
  try {
    return HostIdentity.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT')
      throw new PersonError('not-found', `This host is not enrolled: there is no ${path}.`, {
        hint: 'Run `tracker enroll` at the tracker; it prints the `grabber enroll` command to run here.',
      })
    if (errnoOf(error) !== undefined) throw error
    throw new PersonError('invalid', `${path} is not an identity that this version can read.`, {
      hint: 'Move it away and enrol this host again.',
      cause: error,
    })
  }
}

export const writeIdentity = (state: string, identity: HostIdentity): Promise<void> =>
  writeDurably(identityFile(state), `${JSON.stringify(identity, undefined, 2)}\n`, 0o600)
