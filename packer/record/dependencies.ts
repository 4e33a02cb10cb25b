import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { Dependency, dependencyKinds } from '../../shared/domain/build-record.ts'
import type { Entry } from '../pack/entry.ts'

/** A package.json is rarely larger than some kilobytes. */
const maxFileBytes = 1024 * 1024

/** The packages that are in a directory that was built, by their own files: those of npm, and those of pip. */
export const installedIn = (directory: string, entries: readonly Entry[]): Dependency[] => {
  const packages = entries.filter(({ path, size }) => isPackageFile.test(path) && size < maxFileBytes)
  return sorted([
    ...entries.map(({ path }) => distributionOf(path)),
    ...packages.map(({ path }) => packageIn(join(directory, path))),
  ])
}

/** What a lockfile of another language names, where the packages themselves are in no file any more. */
export const lockedBy: Readonly<Record<string, (text: string) => Dependency[]>> = {
  'go.sum': (text) => sorted([...text.matchAll(goModule)].map((match) => parsed('go', match[1], match[2]))),
  'Cargo.lock': (text) =>
    sorted([...text.matchAll(crate)].map((match) => parsed('cargo', match[1], match[2]))),
}

const isPackageFile = /(^|\/)node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/
const distribution = /(?:^|\/)site-packages\/([^/]+)-([^/-]+)\.dist-info$/
/** Not the lines of `go.mod` files alone: such modules were looked at, but not taken. */
const goModule = /^(\S+) (v[^\s/]+) h1:/gm
const crate = /^\[\[package\]\]\nname = "([^"\n]+)"\nversion = "([^"\n]+)"\nsource = /gm

const PackageFile = z.object({ name: Dependency.shape.name, version: Dependency.shape.version })

/** Nothing for a file that names no package, as those inside a package that only say `{"type": "module"}`. */
const packageIn = (path: string): Dependency | undefined => {
  try {
    const file = PackageFile.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    return file.success ? { kind: 'npm', ...file.data } : undefined
  } catch {
    return undefined
  }
}

const distributionOf = (path: string): Dependency | undefined => {
  const [, name, version] = distribution.exec(path) ?? []
  return parsed('pip', name, version)
}

const parsed = (kind: Dependency['kind'], name?: string, version?: string): Dependency | undefined =>
  Dependency.safeParse({ kind, name, version }).data

/** By kind and name, each once. */
const sorted = (dependencies: readonly (Dependency | undefined)[]): Dependency[] => {
  const byKey = new Map<string, Dependency>()
  for (const dependency of dependencies) if (dependency) byKey.set(keyOf(dependency), dependency)
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, dependency]) => dependency)
}

const keyOf = ({ kind, name, version }: Dependency): string =>
  `${dependencyKinds.indexOf(kind)} ${name} ${version}`
