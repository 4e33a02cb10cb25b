import type { View } from './view.ts'

/** What one build may write; nobody else's lies in it. */
export interface Place {
  /** With all that it makes. */
  readonly directory: string
  /** In that; also what it sees as /tmp. */
  readonly temporary: string
  /** What its tools keep for its next builds. */
  readonly cache: string
}

/**
 * Namespaces of its own but for the network; no capabilities, and no way to get any. The first process ends only when all others
 * have been ended, and bwrap after it: then nobody is left who could change what the packer looks at next.
 */
const confined = [
  ...['--unshare-user', '--disable-userns', '--unshare-pid', '--unshare-ipc', '--unshare-uts'],
  ...['--cap-drop', 'ALL', '--die-with-parent', '--as-pid-1'],
]

/** A shell that waits, as the first process has to take care of those whose parents have ended, which no tool does. */
const first = ['/bin/sh', '-c', '"$@"; exit $?', 'sh']

/** What bwrap is told. */
export const sandboxWords = (view: View, place: Place, cwd: string): string[] => [
  ...confined,
  ...shown(view, place),
  ...[place.directory, place.cache].flatMap((path) => ['--bind', path, path]),
  ...['--remount-ro', '/', '--chdir', cwd, '--', ...first],
]

const shown = ({ machine, hidden, readable }: View, { temporary }: Place): string[] => [
  ...machine.directories.flatMap((path) => ['--ro-bind', path, path]),
  ...machine.links.flatMap(({ path, target }) => ['--symlink', target, path]),
  // As root, a process without any capability may still write the kernel's settings in /proc/sys.
  ...['--proc', '/proc', '--remount-ro', '/proc', '--dev', '/dev'],
  ...hidden.flatMap(({ path, isDirectory }) =>
    isDirectory ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path],
  ),
  ...['/tmp', '/var/tmp'].flatMap((path) => ['--bind', temporary, path]),
  // One that was removed a moment ago is no reason to fail.
  ...readable.flatMap((path) => ['--ro-bind-try', path, path]),
]
