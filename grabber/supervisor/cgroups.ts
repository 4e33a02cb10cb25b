import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Launch } from '../releases/launch.ts'

type Limits = Launch['config']['run']['limits']

/** One mounted tree of cgroups. Version 2 knows all controllers in one tree, version 1 has a tree for each. */
export interface Hierarchy {
  readonly mount: string
  readonly version: 1 | 2
  readonly controllers: readonly string[]
}

/** Cgroups of this host that this user may make: what a service starts stays in them, however it forks, and is limited by them. */
export class Cgroups {
  readonly #tracking: Hierarchy | undefined
  readonly #memory: Hierarchy | undefined
  readonly #cpu: Hierarchy | undefined

  constructor(hierarchies: readonly Hierarchy[]) {
    const having = (controller: string): Hierarchy | undefined =>
      hierarchies.find(({ controllers }) => controllers.includes(controller))
    this.#tracking = hierarchies.find(({ version }) => version === 2) ?? having('pids') ?? having('freezer')
    this.#memory = having('memory')
    this.#cpu = having('cpu')
  }

  static ofThisHost(): Cgroups {
    return new Cgroups(writableHierarchies(readFileSync('/proc/self/mounts', 'utf8')))
  }

  /** The limits of those asked for that nothing here can enforce. */
  unenforceable({ memory, cpu }: Limits): string[] {
    return [
      ...(memory !== undefined && !this.#memory ? ['memory'] : []),
      ...(cpu !== undefined && !this.#cpu ? ['cpu'] : []),
    ]
  }

  /** Makes the cgroups of a service, or gives those that are there other limits. */
  async create(name: string, limits: Limits): Promise<void> {
    for (const directory of this.#directories(name)) await mkdir(directory, { recursive: true })
    if (this.#memory) await limitMemory(this.#memory, name, limits.memory)
    if (this.#cpu) await limitCpu(this.#cpu, name, limits.cpu)
  }

  /** The files by which a process joins the cgroups of a service; the first one lists who is in. */
  memberFiles(name: string): string[] {
    return this.#directories(name).map((directory) => join(directory, 'cgroup.procs'))
  }

  /** What runs in the cgroups of a service. */
  members(name: string): number[] {
    return this.#directories(name).flatMap(processesBelow)
  }

  /** Once nothing runs in them any more. */
  async remove(name: string): Promise<void> {
    for (const directory of this.#directories(name)) await removeBelow(directory)
  }

  #directories(name: string): string[] {
    const used = [this.#tracking, this.#memory, this.#cpu].filter((hierarchy) => hierarchy !== undefined)
    return [...new Set(used.map(({ mount }) => join(mount, name)))]
  }
}

/** The hierarchies of /proc/self/mounts in which this user may make cgroups. */
const writableHierarchies = (mounts: string): Hierarchy[] =>
  mounts.split('\n').flatMap((line): Hierarchy[] => {
    const [, mount = '', type, options = ''] = line.split(' ')
    if ((type !== 'cgroup' && type !== 'cgroup2') || !isWritable(mount)) return []
    if (type === 'cgroup') return [{ mount, version: 1, controllers: options.split(',') }]
    return [{ mount, version: 2, controllers: delegatedBy(mount) }]
  })

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** What the cgroups below can be limited by. A host that will not hand a controller down still lets us tell who belongs together. */
const delegatedBy = (mount: string): string[] => {
  try {
    const available = readFileSync(join(mount, 'cgroup.controllers'), 'utf8').trim().split(' ')
    const wanted = ['memory', 'cpu'].filter((controller) => available.includes(controller))
    for (const controller of wanted) writeFileSync(join(mount, 'cgroup.subtree_control'), `+${controller}`)
    return wanted
  } catch {
    return []
  }
}

const limitMemory = async ({ mount, version }: Hierarchy, name: string, bytes?: number): Promise<void> => {
  const file = version === 2 ? 'memory.max' : 'memory.limit_in_bytes'
  await writeFile(join(mount, name, file), bytes === undefined ? unlimited[version] : String(bytes))
}

const unlimited = { 1: '-1', 2: 'max' } as const
const periodMicroseconds = 100_000

const limitCpu = async ({ mount, version }: Hierarchy, name: string, processors?: number): Promise<void> => {
  const quota =
    processors === undefined ? unlimited[version] : String(Math.round(processors * periodMicroseconds))
  if (version === 2) await writeFile(join(mount, name, 'cpu.max'), `${quota} ${periodMicroseconds}`)
  else await writeFile(join(mount, name, 'cpu.cfs_quota_us'), quota)
}

/** Who is in a cgroup: a service may make cgroups of its own in it. */
export const processesBelow = (directory: string): number[] => {
  try {
    const own = readFileSync(join(directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    return [...own, ...groupsIn(directory).flatMap(processesBelow)]
  } catch {
    return []
  }
}

const removeBelow = async (directory: string): Promise<void> => {
  if (!existsSync(directory)) return
  for (const group of groupsIn(directory)) await removeBelow(group)
  // An empty one that stays for a moment of the kernel's does no harm: the next start uses it again.
  await rmdir(directory).catch(() => undefined)
}

const groupsIn = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name))
