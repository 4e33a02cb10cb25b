import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { grabberService, type Digest } from '../../shared/domain/names.ts'
import { processFile, releasesDir, type HostPaths } from '../../shared/host/layout.ts'
import type { ProcessRecord } from '../../shared/host/process-record.ts'
import { identify } from '../../shared/host/process.ts'
import { removeDurably, writeDurably } from '../durable.ts'

/** Where the program lies that this process runs, links resolved. */
export const ownDirectory = (): string => dirname(realpathSync(process.argv[1] ?? ''))

/** The release that this process runs; undefined when it was not brought here by an order. */
export const ownDigest = ({ root, state }: HostPaths): Digest | undefined => {
  const releases = `${releasesDir({ root, state }, grabberService)}/`
  const directory = ownDirectory()
  const name = directory.startsWith(releases) ? directory.slice(releases.length) : ''
  return /^[0-9a-f]{64}$/.exec(name)?.[0]
}

/** The launcher says who it is; once it is dead, this process has another parent. */
export const hasLauncher = (): boolean => process.env['GRABBER_LAUNCHER'] === String(process.ppid)

/** Written like that of any service, so that version reports show the grabber, too. */
export const recordOwnProcess = async (paths: HostPaths): Promise<void> => {
  const digest = ownDigest(paths)
  const identity = identify(process.pid)
  const file = processFile(paths, grabberService)
  if (digest === undefined || identity === undefined) {
    await removeDurably(file)
    return
  }
  const record: ProcessRecord = { v: 1, identity, digest, startedAt: Date.now(), logOffset: 0 }
  await writeDurably(file, JSON.stringify(record))
}
