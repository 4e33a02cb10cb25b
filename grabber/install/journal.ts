import { readdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ServiceName } from '../../shared/domain/names.ts'
import { errnoOf, messageOf } from '../../shared/errors.ts'
import { formatJournal, parseJournal, type JournalEntry } from '../../shared/host/journal.ts'
import { journalFile, type HostPaths } from '../../shared/host/layout.ts'
import type { Logger } from '../../shared/log.ts'
import { writeDurably } from '../durable.ts'

/** An order holds secrets of its service: nobody else reads it. */
export const writeJournal = async (paths: HostPaths, service: string, entry: JournalEntry): Promise<void> => {
  await writeDurably(journalFile(paths, service), formatJournal(entry), 0o600)
}

/**
 * The last order of a service, or undefined when there never was one. A journal that cannot be trusted is put aside for a
 * person to look at and nothing is touched: what to do next is then judged from the releases and `current` alone.
 */
export const readJournal = async (
  paths: HostPaths,
  service: string,
  log: Logger,
): Promise<JournalEntry | undefined> => {
  const path = journalFile(paths, service)
  try {
    return parseJournal(await readFile(path, 'utf8'))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    if (errnoOf(error) !== undefined) throw error
    const aside = `${path}.unreadable-${Date.now()}`
    await rename(path, aside)
    log.error(
      { service, aside, err: messageOf(error) },
      'journal cannot be trusted; put aside, nothing touched',
    )
    return undefined
  }
}

/** Services that have a journal. */
export const journalledServices = async (paths: HostPaths): Promise<string[]> => {
  const names = await readdir(dirname(journalFile(paths, 'any'))).catch(() => [])
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter((name) => ServiceName.safeParse(name).success)
}
