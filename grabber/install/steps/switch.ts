import { PersonError } from '../../../shared/errors.ts'
import { currentLink } from '../../../shared/host/layout.ts'
import { readCurrent } from '../../../shared/host/release.ts'
import { relinkDurably } from '../../durable.ts'
import type { Install, Step } from '../install.ts'

/** Points `current` at the new release. */
export const switchCurrent: Step = {
  name: 'switch',
  state: 'switching',
  run: (install) => pointCurrentAt(install, install.entry.next.digest),
}

/** Throws `conflict` when `current` is none of the releases that this order knows of: somebody else is at it. */
export const pointCurrentAt = async (install: Install, digest: string): Promise<void> => {
  const current = await ownCurrent(install)
  if (current === digest) return
  await relinkDurably(currentLink(install.host.paths, install.order.service), `releases/${digest}`)
}

export const ownCurrent = async ({ host, order, entry }: Install): Promise<string | undefined> => {
  const current = await readCurrent(host.paths, order.service)
  const known = [entry.next, entry.replaces, entry.previous].map((edition) => edition?.digest)
  if (current === undefined || known.includes(current)) return current
  throw new PersonError(
    'conflict',
    `${currentLink(host.paths, order.service)} was changed outside the grabber, to ${current}.`,
    { hint: 'Find out who changed it, then deploy again.' },
  )
}
