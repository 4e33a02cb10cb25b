import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { errnoOf, PersonError } from '../shared/errors.ts'
import { lockFile } from '../shared/host/layout.ts'
import { bootId, isAlive, ProcessIdentity, readStat } from '../shared/host/process.ts'

/** Two grabbers on one state directory would undo each other's work. Throws `locked` while another one is alive. */
export const takeLock = async (state: string): Promise<AsyncDisposable> => {
  const path = lockFile(state)
  const own = JSON.stringify(ownIdentity())
  while (!(await create(path, own))) {
    const holder = await readHolder(path)
    if (holder && isAlive(holder)) throw held(state, holder.pid)
    await rm(path, { force: true })
  }
  if ((await readFile(path, 'utf8').catch(() => '')) !== own) throw held(state, undefined)
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) }
}

/** The lock appears with its content, or not at all. */
const create = async (path: string, content: string): Promise<boolean> => {
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, content)
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

const readHolder = async (path: string): Promise<ProcessIdentity | undefined> => {
  const text = await readFile(path, 'utf8').catch(() => '')
  try {
    return ProcessIdentity.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

const ownIdentity = (): ProcessIdentity => ({
  bootId: bootId(),
  pid: process.pid,
  startTicks: readStat(process.pid)?.startTicks ?? 0,
})

const held = (state: string, pid: number | undefined): PersonError =>
  new PersonError('locked', `Another grabber${pid ? ` (process ${pid})` : ''} is at work on ${state}.`, {
    hint: 'Stop it first, or give this one a state directory of its own with --state.',
  })
