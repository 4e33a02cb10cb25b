import { existsSync } from 'node:fs'
import { PersonError } from '../../shared/errors.ts'
import { asAccount } from '../releases/account.ts'
import type { Launch } from '../releases/launch.ts'

/** Throws `forbidden` when the service would run as a user that it must not, or that this grabber cannot give it. */
export const requireAllowedUser = ({ service, account }: Launch, allowRoot: boolean): void => {
  const own = process.getuid?.() ?? 0
  const user = account?.uid ?? own
  if (own !== 0 && user !== own)
    throw new PersonError(
      'forbidden',
      `${service} is to run as ${account?.name ?? 'another user'}, but this grabber is not root.`,
      { hint: 'Run the grabber as root or as that user, or take run.user out of service.yaml.' },
    )
  if (user === 0 && !allowRoot)
    throw new PersonError('forbidden', `${service} would run as root, which this host does not allow.`, {
      hint: 'Name another user as run.user in service.yaml, or enrol this host with --allow-root.',
    })
}

/** Throws `not-found` when the program that makes a process another user's is not there; only a shim needs it. */
export const requireSwitching = ({ service, account }: Launch): void => {
  const [program] = asAccount(account)
  if (program === undefined || existsSync(program)) return
  throw new PersonError('not-found', `${service} cannot be run as another user: there is no ${program}.`, {
    hint: 'Install util-linux on this host.',
  })
}

/** Throws `forbidden` naming the limits that would be promised and not kept. */
export const requireEnforceable = (service: string, unenforceable: readonly string[]): void => {
  if (unenforceable.length === 0) return
  throw new PersonError(
    'forbidden',
    `${service} asks for a limit (${unenforceable.join(', ')}) that cannot be enforced on this host.`,
    {
      hint: 'memory and cpu need systemd or writable cgroups, more files than the grabber may open need root; or take the limit out of service.yaml.',
    },
  )
}
