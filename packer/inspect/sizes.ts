import type { DirectorySize } from '../../shared/domain/build-record.ts'
import type { InspectedEntry } from './entry.ts'

/** The largest directories; each dependency counts by itself, and what lies at the top as `.`. */
export const largestDirectories = (entries: readonly InspectedEntry[], count: number): DirectorySize[] => {
  const sizes = new Map<string, { size: number; files: number }>()
  for (const { kind, path, size } of entries) {
    if (kind !== 'file') continue
    const directory = directoryOf(path)
    const sum = sizes.get(directory) ?? { size: 0, files: 0 }
    sizes.set(directory, { size: sum.size + size, files: sum.files + 1 })
  }
  return [...sizes]
    .map(([path, sum]) => ({ path, ...sum }))
    .sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1))
    .slice(0, count)
}

const dependency = /^((?:[^/]+\/)*?(?:node_modules|site-packages)\/(?:@[^/]+\/)?[^/]+)\//

const directoryOf = (path: string): string =>
  dependency.exec(path)?.[1] ?? (path.includes('/') ? path.slice(0, path.indexOf('/')) : '.')
