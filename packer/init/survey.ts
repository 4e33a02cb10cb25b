import type { Dirent } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'

/** What `packer init` looks at: names, and the texts that say something. Bounded, however large the repo is. */
export interface Survey {
  /** The directory's own name. */
  readonly name: string
  /** Files at the top, by name. */
  readonly names: ReadonlySet<string>
  /** Code, by path, those nearest to the top first. */
  readonly sources: ReadonlyMap<string, string>
  /** The text of a file at the top, or undefined. */
  readonly text: (name: string) => Promise<string | undefined>
}

const maxSources = 200
const maxBytes = 128 * 1024
const maxDepth = 4
const codeEndings = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.py'])
const leftOut =
  /^(\.|node_modules$|site-packages$|venv$|env$|dist$|build$|out$|coverage$|tests?$|__.*__$|vendor$|examples?$)/
const testFile = /([._-](test|spec)\.|^test_|_test\.|\.config\.|^conftest\.)/

export const survey = async (directory: string): Promise<Survey> => {
  const top = await readdir(directory, { withFileTypes: true })
  const paths = await codeBelow(directory, '', top)
  const sources = new Map<string, string>()
  for (const path of paths.slice(0, maxSources)) sources.set(path, await beginningOf(join(directory, path)))
  const names = new Set(top.filter((entry) => entry.isFile()).map(({ name }) => name))
  return {
    name: basename(directory),
    names,
    sources,
    text: async (name) => (names.has(name) ? beginningOf(join(directory, name)) : undefined),
  }
}

/** Level by level, so that what lies deep is what is left out of a large repo. */
const codeBelow = async (top: string, first: string, entries: readonly Dirent[]): Promise<string[]> => {
  const found: string[] = []
  let level = [{ directory: first, entries }]
  for (let depth = 0; depth < maxDepth && found.length < maxSources; depth++) {
    const directories = level.flatMap(({ directory, entries: all }) => subdirectories(directory, all))
    for (const { directory, entries: all } of level) found.push(...codeIn(directory, all))
    level = []
    for (const directory of directories.slice(0, maxSources))
      level.push({ directory, entries: await entriesIn(join(top, directory)) })
  }
  return found
}

/** What cannot be read says nothing. */
const entriesIn = (directory: string): Promise<Dirent[]> =>
  readdir(directory, { withFileTypes: true }).catch(() => [])

const subdirectories = (directory: string, entries: readonly Dirent[]): string[] =>
  entries
    .filter((entry) => entry.isDirectory() && !leftOut.test(entry.name))
    .map(({ name }) => join(directory, name))
    .sort()

const codeIn = (directory: string, entries: readonly Dirent[]): string[] =>
  entries
    .filter((entry) => entry.isFile() && codeEndings.has(extname(entry.name)) && !testFile.test(entry.name))
    .map(({ name }) => join(directory, name))
    .sort()

const beginningOf = async (path: string): Promise<string> => {
  await using file = await open(path).catch(() => undefined)
  if (file === undefined) return ''
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(maxBytes) })
  return buffer.toString('utf8', 0, bytesRead)
}
