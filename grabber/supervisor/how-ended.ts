import { readServiceStatus, type ProcessEnd, type ProcessRecord } from '../../shared/host/process-record.ts'
import type { HostPaths } from '../../shared/host/layout.ts'
import { isAlive } from '../../shared/host/process.ts'

/** How long whoever saw the end may take to write it down, in ms. */
const patience = 1000

/** Tells how processes ended, from what whoever kept them running wrote down. */
export class Ends {
  readonly #paths: HostPaths
  readonly #noticed = new Map<string, number>()

  constructor(paths: HostPaths) {
    this.#paths = paths
  }

  /** As the end of a sentence; undefined while the process runs, and for the moment until the reason is written down. */
  describe(service: string, { identity }: ProcessRecord): string | undefined {
    if (isAlive(identity)) {
      this.#noticed.delete(service)
      return undefined
    }
    const { lastEnd } = readServiceStatus(this.#paths, service)
    if (lastEnd?.pid === identity.pid) return textOf(lastEnd)
    const noticed = this.#noticed.get(service) ?? Date.now()
    this.#noticed.set(service, noticed)
    return Date.now() - noticed > patience ? unknown : undefined
  }
}

const unknown = 'how is not known'

const textOf = ({ code, signal }: ProcessEnd): string => {
  if (signal !== undefined) return `killed by SIG${signal}`
  return code === undefined ? unknown : `exit code ${code}`
}
