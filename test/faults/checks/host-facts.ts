import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { errnoOf, messageOf } from '../../../shared/errors.ts'
import { parseJournal, type JournalEntry } from '../../../shared/host/journal.ts'
import {
  currentLink,
  journalFile,
  releaseDir,
  releasesDir,
  sharedDir,
  stagingDir,
  type HostPaths,
} from '../../../shared/host/layout.ts'
import { servingProcesses, type Served } from './processes.ts'
import { treeHash } from './tree-hash.ts'

/** One service on one host, as anybody can see it from outside: nothing here was told by the grabber but its journal. */
export interface ServiceFacts {
  /** Where `current` points; undefined when there is none. */
  readonly current: string | undefined
  /** By digest, the hash of each release's content; undefined when it cannot be read. */
  readonly releases: ReadonlyMap<string, string | undefined>
  readonly staging: readonly string[]
  readonly processes: readonly Served[]
  /** What its port answers. */
  readonly answer: { readonly version: string; readonly pid: number } | undefined
  readonly journal: JournalEntry | { readonly unreadable: string } | undefined
  /** Journals that were put aside because they could not be trusted. */
  readonly aside: readonly string[]
}

export const lookAt = async (
  paths: HostPaths,
  service: string,
  port?: number,
  program = 'python3',
): Promise<ServiceFacts> => ({
  current: digestOf(readLink(currentLink(paths, service))),
  releases: new Map(
    names(releasesDir(paths, service)).map((digest) => [digest, hashOf(releaseDir(paths, service, digest))]),
  ),
  staging: names(stagingDir(paths, service)),
  processes: servingProcesses(program).get(sharedDir(paths, service)) ?? [],
  answer: port === undefined ? undefined : await ask(port),
  journal: readJournal(journalFile(paths, service)),
  aside: names(`${paths.state}/journal`).filter((name) => name.startsWith(`${service}.json.unreadable`)),
})

export const isEntry = (journal: ServiceFacts['journal']): journal is JournalEntry =>
  journal !== undefined && !('unreadable' in journal)

const names = (directory: string): string[] => orUndefined(() => readdirSync(directory)) ?? []
const readLink = (link: string): string | undefined => orUndefined(() => readlinkSync(link))
const digestOf = (link: string | undefined): string | undefined =>
  link === undefined ? undefined : (/^releases\/([0-9a-f]{64})$/.exec(link)?.[1] ?? link)

const hashOf = (directory: string): string | undefined => {
  try {
    return treeHash(directory)
  } catch {
    return undefined
  }
}

const readJournal = (path: string): ServiceFacts['journal'] => {
  try {
    return parseJournal(readFileSync(path, 'utf8'))
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? undefined : { unreadable: messageOf(error) }
  }
}

const ask = async (port: number): Promise<ServiceFacts['answer']> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) })
    return (await response.json()) as { version: string; pid: number }
  } catch {
    return undefined
  }
}

const orUndefined = <T>(look: () => T): T | undefined => {
  try {
    return look()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
