import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { PersonError } from '../shared/errors.ts'
import { identify, isAlive, ProcessIdentity } from '../shared/host/process.ts'

const Lock = z.strictObject({ process: ProcessIdentity })

/** One tracker a data directory: two would hand out the same orders. A lock whose process is gone is taken over. */
export const lockDataDir = (dataDir: string): Disposable => {
  const path = join(dataDir, 'tracker.lock')
  const holder = readHolder(path)
  if (holder && isAlive(holder)) {
    throw new PersonError('locked', `A tracker is running on ${dataDir} already (process ${holder.pid}).`, {
      hint: 'Stop it first, or give another --data.',
    })
  }
  rmSync(path, { force: true })
  writeFileSync(path, JSON.stringify({ process: identify(process.pid) }), { mode: 0o600, flag: 'wx' })
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) }
}

const readHolder = (path: string): ProcessIdentity | undefined => {
  try {
    return Lock.parse(JSON.parse(readFileSync(path, 'utf8'))).process
  } catch {
    return undefined
  }
}
