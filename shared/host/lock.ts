import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { errnoOf, PersonError } from '../errors.ts'
import { identify, isAlive, ProcessIdentity } from './process.ts'

/** Which program is to be the only one, of which directory, and what to do when it is not. */
interface Claim {
  readonly program: string
  readonly directory: string
  readonly hint: string
}

/**
 * Makes this process the only one of its kind in a directory until it is disposed: two would undo each other's work. Throws
 * `locked` while another one is alive; the lock of one that was killed is taken over.
 */
export const takeLock = async (path: string, claim: Claim): Promise<AsyncDisposable> => {
  const own = JSON.stringify(identify(process.pid))
  while (!(await create(path, own))) {
    const holder = await readHolder(path)
    if (holder && isAlive(holder)) throw held(claim, holder.pid)
    await rm(path, { force: true })
  }
  if ((await readFile(path, 'utf8').catch(() => '')) !== own) throw held(claim, undefined)
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) }
}

/** The lock appears with its content, or not at all. */
const create = async (path: string, content: string): Promise<boolean> => {
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, content, { mode: 0o600 })
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Who holds a lock, or held it when it ended; undefined when nobody does. */
export const readHolder = async (path: string): Promise<ProcessIdentity | undefined> => {
  const text = await readFile(path, 'utf8').catch(() => '')
  try {
    return ProcessIdentity.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

const held = ({ program, directory, hint }: Claim, pid: number | undefined): PersonError =>
  new PersonError(
    'locked',
    `Another ${program}${pid ? ` (process ${pid})` : ''} is at work on ${directory}.`,
    {
      hint,
    },
  )
