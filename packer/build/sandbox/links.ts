import { join } from 'node:path'
import { PersonError } from '../../../shared/errors.ts'
import { runGroup } from '../process-group.ts'
import { realPath } from './paths.ts'

/** What of a build must be looked at before the packer itself reads or writes there. */
interface Grounds {
  readonly directory: string
  /** The service's own, in it. */
  readonly service: string
  /** Whether the build's commands themselves see what lies at a path. */
  readonly isVisible: (path: string) => boolean
  readonly signal: AbortSignal
}

/**
 * Throws `invalid` when a command left a link by which the packer, which is in no sandbox, would read or write for it what it
 * cannot see itself.
 */
export const checkLinks = async ({ directory, service, isVisible, signal }: Grounds): Promise<void> => {
  const top = realPath(directory) ?? directory
  for (const path of await leadingOut(top, signal)) {
    const target = realPath(join(top, path))
    // Right in the directory the packer writes files of its own.
    const isOurs = !path.includes('/')
    if (isOurs || (target !== undefined && !isVisible(target))) throw leadsOut(path, target)
  }
  const real = realPath(service)
  if (real !== undefined && real !== join(top, service.slice(directory.length)))
    throw leadsOut('source', real)
}

/** Relative to the directory, links that may lead out of it: all others name something beside or below them. */
const leadingOut = async (directory: string, signal: AbortSignal): Promise<string[]> => {
  const climbing = ['(', '-lname', '/*', '-o', '-lname', '*../*', '-o', '-lname', '..', ')']
  const args = [directory, '-type', 'l', ...climbing, '-printf', String.raw`%P\0`]
  const env = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' }
  const { exitCode, stdout, stderr } = await runGroup('find', args, { cwd: '/', env, signal })
  signal.throwIfAborted()
  if (exitCode !== 0) throw unreadable(stderr)
  return stdout
    .split('\0')
    .filter((path) => path !== '')
    .sort()
}

const unreadable = (said: string): PersonError =>
  new PersonError('invalid', `What a command made cannot be looked through: ${said.trim().slice(0, 500)}.`, {
    hint: 'Let the build make nothing that its own user cannot read.',
  })

const leadsOut = (path: string, target = 'somewhere else'): PersonError =>
  new PersonError(
    'invalid',
    `A command has made '${path}' a link to ${target}, which builds cannot see, so the packer does not follow it.`,
    { hint: 'Let the build make no such link; it is named relative to the build’s directory.' },
  )
