import { access, constants, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fault, ok, warning } from '../../shared/doctor/examination.ts'
import { proveWritable } from '../../shared/doctor/writing.ts'
import type { Finding } from '../../shared/domain/check.ts'
import { errnoOf, messageOf, PersonError } from '../../shared/errors.ts'
import { identityFile, lockFile, servicesDir, type HostPaths } from '../../shared/host/layout.ts'
import { readHolder } from '../../shared/host/lock.ts'
import { isAlive } from '../../shared/host/process.ts'
import type { HostIdentity } from '../identity.ts'
import { Cgroups } from '../supervisor/cgroups.ts'
import { commandedSystemd } from '../supervisor/systemd-host.ts'

/** Of the programs that a grabber starts, those without which nothing is installed. */
const tools = ['tar', 'sync', 'setsid']

export const examineIdentity = async (identity: HostIdentity, state: string): Promise<Finding> => {
  const path = identityFile(state)
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0) {
    return fault(`${path} holds this host's key, and can be read by others.`, `Run: chmod 600 ${path}`)
  }
  return ok(`This host is ${identity.name} (${identity.id}) in cluster ${identity.cluster}.`)
}

/** By its lock: whether a grabber is at work on this state. */
export const examineDaemon = async (state: string): Promise<Finding> => {
  const holder = await readHolder(lockFile(state))
  return holder && isAlive(holder)
    ? ok(`The grabber runs, as process ${holder.pid}.`)
    : fault('No grabber runs on this state directory.', 'Run: systemctl start grabber, or grabber run')
}

export const examineWriting = async (directory: string): Promise<Finding> => {
  await proveWritable(directory).catch((error: unknown) => {
    throw new PersonError('unavailable', `${directory} cannot be written: ${messageOf(error)}.`, {
      hint: 'See whom it belongs to (ls -ld), and whether it is there and not mounted read-only (findmnt -T).',
    })
  })
  return ok(`The grabber can write in ${directory}.`)
}

/** A release is unpacked beside the others and renamed into its place, which no other filesystem can be part of. */
export const examineMounts = async (paths: HostPaths): Promise<Finding> => {
  const directories = await directoriesOf(servicesDir(paths))
  const top = await stat(paths.root)
  const others = await Promise.all(
    directories.map(async (path) => ((await stat(path)).dev === top.dev ? [] : [path])),
  )
  const [other] = others.flat()
  if (other === undefined) return ok(`All releases are on the filesystem of ${paths.root}.`)
  return fault(`${other} is on another filesystem than ${paths.root}.`, `Run: umount ${other}`)
}

export const examineTools = async (): Promise<Finding> => {
  const there = await Promise.all(tools.map(async (tool) => [tool, await isOnPath(tool)] as const))
  const missing = there.flatMap(([tool, isThere]) => (isThere ? [] : [tool]))
  if (missing.length === 0) return ok(`${tools.join(', ')} are there.`)
  return fault(
    `There is no ${missing.join(', ')} on the PATH.`,
    'Run: apt-get install tar coreutils util-linux',
  )
}

export const examineSupervision = async (): Promise<Finding> => {
  const version = await commandedSystemd()
  if (version !== undefined) return ok(`systemd ${version} keeps services running.`)
  const limits = Cgroups.ofThisHost().unenforceable({ memory: 1, cpu: 1 })
  if (limits.length === 0)
    return ok('A small program beside each service keeps it running; cgroups limit them.')
  return warning(
    `Limits of ${limits.join(' and ')} cannot be enforced here: services that ask for them are refused.`,
    'Run the grabber as root, on a host with systemd or with cgroups that it may write.',
  )
}

const directoriesOf = async (services: string): Promise<string[]> => {
  const names = await namesIn(services)
  const inner = names.flatMap((name) =>
    ['.', 'releases', '.staging'].map((part) => join(services, name, part)),
  )
  const found = await Promise.all(
    inner.map((path) =>
      access(path).then(
        () => [path],
        () => [],
      ),
    ),
  )
  return found.flat()
}

const namesIn = async (directory: string): Promise<string[]> => {
  try {
    return await readdir(directory)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

const isOnPath = async (program: string): Promise<boolean> => {
  const directories = (process.env['PATH'] ?? '').split(':')
  const found = await Promise.all(
    directories.map((directory) =>
      access(join(directory, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return found.includes(true)
}
