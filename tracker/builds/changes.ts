import type { BuildChanges, DependencyChange, SizeChange } from '../../shared/api/build-records.ts'
import type { Dependency, DirectorySize, Made } from '../../shared/domain/build-record.ts'

type Compared = Pick<Made, 'dependencies' | 'directories' | 'unpackedSize'>

/** What is different in one artifact from another of the same service. */
export const changesBetween = (before: Compared, now: Compared): Omit<BuildChanges, 'since'> => ({
  dependencies: changedDependencies(before.dependencies, now.dependencies),
  unpackedSize: { from: before.unpackedSize, to: now.unpackedSize },
  directories: changedSizes(before.directories, now.directories),
})

const changedDependencies = (
  before: readonly Dependency[],
  now: readonly Dependency[],
): DependencyChange[] => {
  const changes = new Map<string, DependencyChange>()
  const note = (side: 'from' | 'to', dependencies: readonly Dependency[]): void => {
    for (const { kind, name, version } of dependencies) {
      const key = `${kind} ${name}`
      const change = changes.get(key) ?? { kind, name, from: [], to: [] }
      change[side].push(version)
      changes.set(key, change)
    }
  }
  note('from', before)
  note('to', now)
  return [...changes.values()]
    .filter(({ from, to }) => from.join(' ') !== to.join(' '))
    .sort((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const changedSizes = (before: readonly DirectorySize[], now: readonly DirectorySize[]): SizeChange[] => {
  const from = new Map(before.map(({ path, size }) => [path, size]))
  const to = new Map(now.map(({ path, size }) => [path, size]))
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((path) => ({ path, from: from.get(path) ?? 0, to: to.get(path) ?? 0 }))
    .filter((change) => change.from !== change.to)
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from) || compare(a.path, b.path))
}
