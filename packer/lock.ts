import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf, PersonError } from '../shared/errors.ts'
import { identify, isAlive, ProcessIdentity } from '../shared/host/process.ts'

/** Makes this the only packer of its directory until disposed. Throws `locked` while another one runs. */
export const lockDirectory = async (file: string): Promise<AsyncDisposable> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const holder = await readHolder(file)
  if (holder !== undefined && isAlive(holder)) {
    throw new PersonError('locked', `Another packer (pid ${holder.pid}) works in ${dirname(file)}.`, {
      hint: 'Give each packer a --work directory of its own.',
    })
  }
  await rm(file, { force: true })
  await writeFile(file, JSON.stringify(identify(process.pid)), { flag: 'wx', mode: 0o600 })
  return { [Symbol.asyncDispose]: () => rm(file, { force: true }) }
}

const readHolder = async (file: string): Promise<ProcessIdentity | undefined> => {
  try {
    return ProcessIdentity.safeParse(JSON.parse(await readFile(file, 'utf8'))).data
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
    throw error
  }
}
