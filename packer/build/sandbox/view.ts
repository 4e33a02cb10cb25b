import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { Hidden, Machine } from './machine.ts'
import { isWithin, isWithinAny, realPath } from './paths.ts'
import { toolPlaces } from './tools.ts'

/** What is kept from builds, or shown to them, beside what any machine has. */
export interface Settings {
  /** Directories that nobody's build may see: where the packer keeps its own, HOME, the artifact store. */
  readonly secrets: readonly string[]
  /** What a person has named. */
  readonly reads: readonly string[]
  /** Files that the variables of a build name: registry settings. */
  readonly files: readonly string[]
}

/** What the commands of a build see, in the order in which it comes about: each covers what was there before. */
export interface View {
  readonly machine: Machine
  readonly hidden: readonly Hidden[]
  /** Directories and files. */
  readonly readable: readonly string[]
}

export const viewOf = (machine: Machine, settings: Settings, own: NodeJS.ProcessEnv): View => {
  const { directories } = machine
  const { secrets, reads, files } = settings
  const covered = secrets.filter((path) => isWithinAny(path, directories) && existsSync(path))
  const tools = toolPlaces(own, secrets).filter(
    (path) => !isWithinAny(path, directories) || isWithinAny(path, covered),
  )
  return {
    machine,
    hidden: [...machine.hidden, ...covered.map((path) => ({ path, isDirectory: true }))],
    readable: [...tools, ...reads, ...[...files, ...machineFiles(own)].filter((path) => existsSync(path))],
  }
}

/** Certificates that variables name, and where a name server is named if that is made at each start of the machine. */
const machineFiles = (own: NodeJS.ProcessEnv): string[] => {
  const certificates = [
    'NODE_EXTRA_CA_CERTS',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'REQUESTS_CA_BUNDLE',
    'CURL_CA_BUNDLE',
  ]
  const named = [...certificates, 'PIP_CERT'].flatMap((name) => own[name] ?? [])
  const resolver = realPath('/etc/resolv.conf')
  return [...named.filter(isAbsolute), ...(resolver === undefined ? [] : [resolver])]
}

/** Whether commands see what lies at a path that has no links in it. */
export const isVisible = ({ machine, hidden, readable }: View, path: string): boolean => {
  if (readable.some((shown) => isWithin(path, realPath(shown) ?? shown))) return true
  // Nothing of /proc: the packer would find itself there.
  return (
    isWithinAny(path, [...machine.directories, '/dev/null']) &&
    !isWithinAny(
      path,
      hidden.map((each) => each.path),
    )
  )
}
