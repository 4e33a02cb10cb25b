import { join } from 'node:path'
import {
  maxDependencies,
  maxDirectories,
  type Dependency,
  type DirectorySize,
} from '../../shared/domain/build-record.ts'
import type { BuildConfig } from '../../shared/domain/build-config.ts'
import { readFileAt } from '../git/read-file.ts'
import type { Repo } from '../git/repo.ts'
import { largestDirectories } from '../inspect/sizes.ts'
import type { Entry } from '../pack/entry.ts'
import { installedIn, lockedBy } from './dependencies.ts'

/** What is in an artifact, as far as it is remembered. */
export interface Contents {
  readonly directories: DirectorySize[]
  readonly dependencies: Dependency[]
  readonly dependenciesLeftOut: number
}

/** Where the sources are. */
interface Sources {
  readonly repo: Repo
  readonly commit: string
  readonly path: string
  readonly build: BuildConfig
}

/** Looks into a directory that was built. */
export const contentsOf = async (
  directory: string,
  entries: readonly Entry[],
  sources: Sources,
): Promise<Contents> => {
  const all = [...installedIn(directory, entries), ...(await lockedIn(sources))]
  return {
    directories: largestDirectories(entries, maxDirectories),
    dependencies: all.slice(0, maxDependencies),
    dependenciesLeftOut: Math.max(0, all.length - maxDependencies),
  }
}

const maxLockfileBytes = 16 * 1024 * 1024
/** These put what they install into the artifact, as it is. */
const installing: ReadonlySet<string> = new Set(['node', 'python', 'static'])

const lockedIn = async ({ repo, commit, path, build }: Sources): Promise<Dependency[]> => {
  if (installing.has(build.type)) return []
  const found = await Promise.all(
    Object.entries(lockedBy).map(async ([name, read]) => {
      const text = await readFileAt(repo, commit, join(path, name), maxLockfileBytes)
      return text === undefined ? [] : read(text)
    }),
  )
  return found.flat()
}
