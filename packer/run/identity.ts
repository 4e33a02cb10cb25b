import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createUser } from 'nkeys.js'
import * as z from 'zod'
import { callApi } from '../../shared/api-client.ts'
import { AgentIdentity } from '../../shared/api/enrolments.ts'
import { api } from '../../shared/api/index.ts'
import { Labels } from '../../shared/domain/names.ts'
import { errnoOf, PersonError } from '../../shared/errors.ts'

/** Who this packer is: what the tracker told it, and the secret half of its NATS key, which never leaves this file. */
const PackerIdentity = AgentIdentity.extend({
  seed: z.string().startsWith('SU'),
  store: z.string(),
  labels: Labels.default({}),
})
export type PackerIdentity = z.infer<typeof PackerIdentity>

/** Joins a tracker by an enrolment token and remembers who it is, in `file`. */
export const enrolPacker = async (tracker: string, token: string, file: string): Promise<PackerIdentity> => {
  if ((await readOptional(file)) !== undefined) {
    throw new PersonError('conflict', `This packer is enrolled already: ${file} is there.`, {
      hint: 'To enrol it anew, remove that file first.',
    })
  }
  // Before the token is spent: it works only once.
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const key = createUser()
  const answer = await callApi({ url: tracker, program: 'packer' }, api.enrol, {
    body: { token, nkey: key.getPublicKey() },
  })
  const identity = PackerIdentity.safeParse({ ...answer, seed: new TextDecoder().decode(key.getSeed()) })
  if (!identity.success) {
    throw new PersonError('invalid', 'That token enrols a host, not a packer.', {
      hint: 'Make one with `tracker enroll NAME --packer`.',
    })
  }
  await writePrivately(file, JSON.stringify(identity.data, null, 2))
  return identity.data
}

/** Throws `not-found` when this packer is not enrolled. */
export const readIdentity = async (file: string): Promise<PackerIdentity> => {
  const text = await readOptional(file)
  if (text === undefined) {
    throw new PersonError('not-found', `This packer is not enrolled: there is no ${file}.`, {
      hint: 'Run `tracker enroll NAME --packer` at the tracker, and here the command that it prints.',
    })
  }
  try {
    return PackerIdentity.parse(JSON.parse(text))
  } catch (error) {
    throw new PersonError('invalid', `${file} is not a packer's identity.`, {
      hint: 'Remove it and enrol this packer again.',
      cause: error,
    })
  }
}

const readOptional = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw new PersonError('forbidden', `${file} cannot be read (${errnoOf(error) ?? 'unknown error'}).`, {
      cause: error,
    })
  }
}

const writePrivately = async (file: string, text: string): Promise<void> => {
  const temporary = `${file}.new`
  await rm(temporary, { force: true })
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(`${text}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}
