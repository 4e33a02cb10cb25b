import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import type * as FileSystem from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { recorderOf } from './recorder.ts'

type Calls = typeof FileSystem

/** The calls that change a disk or make it durable, told to the recorder before and after. */
export const recordedCalls = (actual: Calls): Partial<Calls> => ({
  open: async (...parameters) => {
    const [path] = parameters
    const handle = await actual.open(...parameters)
    recorderOf(path)?.note(`open ${String(path)}`)
    return syncTold(handle, String(path))
  },
  rename: told('rename', actual.rename, 1),
  symlink: told('symlink', actual.symlink, 1),
  link: told('link', actual.link, 1),
  rm: told('rm', actual.rm, 0),
  unlink: told('unlink', actual.unlink, 0),
  writeFile: told('writeFile', actual.writeFile, 0),
  mkdir: told('mkdir', actual.mkdir, 0) as Calls['mkdir'],
})

const told =
  <Parameters extends unknown[], Result>(
    name: string,
    call: (...parameters: Parameters) => Promise<Result>,
    about: number,
  ) =>
  async (...parameters: Parameters): Promise<Result> => {
    const path = parameters[about]
    recorderOf(path)?.note(`before ${name} ${String(path)}`)
    const result = await call(...parameters)
    recorderOf(path)?.note(`${name} ${String(path)}`)
    return result
  }

const syncTold = (handle: FileHandle, path: string): FileHandle => {
  const sync = handle.sync.bind(handle)
  handle.sync = async () => {
    recorderOf(path)?.note(`before fsync ${path}`)
    await sync()
    recorderOf(path)?.synced(path)
    recorderOf(path)?.note(`fsync ${path}`)
  }
  return handle
}

/** What `sync -f` does. */
export const recordedSyncFilesystem =
  (actual: (path: string, signal: AbortSignal) => Promise<void>) =>
  async (path: string, signal: AbortSignal): Promise<void> => {
    recorderOf(path)?.note(`before syncfs ${path}`)
    await actual(path, signal)
    recorderOf(path)?.allSynced()
    recorderOf(path)?.note(`syncfs ${path}`)
  }

/** What `rm -rf` does, one entry after another. */
export const recordedRemoveTree = (path: string): Promise<void> => {
  const remove = (entry: string): void => {
    const stat = lstatSync(entry, { throwIfNoEntry: false })
    if (!stat) return
    if (stat.isDirectory()) {
      for (const name of readdirSync(entry)) remove(join(entry, name))
      rmdirSync(entry)
    } else unlinkSync(entry)
    recorderOf(entry)?.note(`remove ${entry}`)
  }
  remove(path)
  return Promise.resolve()
}
