import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from '../../shared/domain/check.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import type { Store } from '../db/store.ts'
import { fault, ok, warning } from '../../shared/doctor/examination.ts'
import { probePrefix, proveWritable } from '../../shared/doctor/writing.ts'
import { milliseconds, some } from '../../shared/wording.ts'

const slowMs = 1000

export const examineDatabase = async (store: Store): Promise<Finding> => {
  const from = performance.now()
  await store.proveWritable()
  const took = milliseconds(from)
  if (performance.now() - from < slowMs) return ok(`It stores a write safely within ${took}.`)
  return warning(`A write takes ${took}.`, 'See what keeps the disk of the data directory busy: iostat -x 1')
}

/** That the tracker may write there, and that nobody else may read what it keeps secret. */
export const examineRights = async (dataDir: string): Promise<Finding> => {
  await tryWriting(dataDir)
  const own = process.getuid?.() ?? 0
  const entries = await entriesOf(dataDir)
  const foreign = entries.filter(({ uid }) => uid !== own)
  if (foreign.length > 0) {
    const message = `${some(foreign.map(({ path }) => path))} belong to another user than the tracker’s.`
    return (own === 0 ? warning : fault)(message, `Run: chown -R USER ${dataDir}, with the tracker’s user`)
  }
  const open = entries.filter(({ path, mode }) => path.startsWith('keys/') && (mode & 0o077) !== 0)
  if (open.length > 0) {
    return fault(
      `Others than the tracker’s user may read ${some(open.map(({ path }) => path))}.`,
      `Run: chmod -R go= ${join(dataDir, 'keys')}`,
    )
  }
  if (((await stat(dataDir)).mode & 0o077) !== 0) {
    return warning(`Others than the tracker’s user may look into ${dataDir}.`, `Run: chmod 700 ${dataDir}`)
  }
  return ok(`${dataDir} is the tracker’s alone.`)
}

const tryWriting = (dataDir: string): Promise<void> =>
  proveWritable(dataDir).catch((error: unknown) => {
    throw new PersonError('unavailable', `The tracker cannot write in ${dataDir}: ${messageOf(error)}.`, {
      hint: 'Give the directory to the tracker’s user, and see whether its disk is full or mounted read-only.',
    })
  })

const entriesOf = async (dataDir: string): Promise<{ path: string; uid: number; mode: number }[]> => {
  const keys = (await readdir(join(dataDir, 'keys'))).map((name) => `keys/${name}`)
  const paths = [...(await readdir(dataDir)).filter((name) => !name.startsWith(probePrefix)), ...keys]
  return Promise.all(
    paths.map(async (path) => {
      const { uid, mode } = await stat(join(dataDir, path))
      return { path, uid, mode }
    }),
  )
}
