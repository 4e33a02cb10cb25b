import { access, mkdir, realpath } from 'node:fs/promises'
import { createUser } from 'nkeys.js'
import { callApi } from '../shared/api-client.ts'
import { api } from '../shared/api/index.ts'
import { messageOf, PersonError } from '../shared/errors.ts'
import { identityFile } from '../shared/host/layout.ts'
import type { EnrolSettings } from './config.ts'
import { writeIdentity, type HostIdentity } from './identity.ts'
import { prepareStateDirectory } from './state-directory.ts'

/** Joins the tracker that made the token. The private half of the key made here stays here. */
export const enrol = async (settings: EnrolSettings): Promise<HostIdentity> => {
  await refuseSecondTime(settings.state)
  // The token works once: whatever can fail on this host is tried before it is spent.
  const root = await prepareRoot(settings.root)
  await prepareStateDirectory({ root, state: settings.state })
  const key = createUser()
  const identity = await callApi({ url: settings.tracker, program: 'grabber' }, api.enrol, {
    body: { token: settings.token, nkey: key.getPublicKey() },
  })
  if (identity.cluster === undefined)
    throw new PersonError('usage', 'This token is one for a packer, not for a host.', {
      hint: 'Run `tracker enroll NAME -c CLUSTER` at the tracker for one that enrols a host.',
    })
  const seed = Buffer.from(key.getSeed()).toString()
  const own: HostIdentity = {
    ...identity,
    cluster: identity.cluster,
    seed,
    root,
    allowRoot: settings.allowRoot,
  }
  await writeIdentity(settings.state, own)
  return own
}

const refuseSecondTime = async (state: string): Promise<void> => {
  const path = identityFile(state)
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  if (exists)
    throw new PersonError('conflict', `This host is enrolled already: there is ${path}.`, {
      hint: 'To enrol it anew, stop the grabber and move that file away.',
    })
}

const prepareRoot = async (root: string): Promise<string> => {
  try {
    await mkdir(root, { recursive: true })
    return await realpath(root)
  } catch (error) {
    throw new PersonError('usage', `The root ${root} cannot be used: ${messageOf(error)}.`, {
      hint: 'Give a directory that this user may write, with --root.',
      cause: error,
    })
  }
}
