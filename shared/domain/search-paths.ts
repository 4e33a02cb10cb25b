import * as z from 'zod'
import { InnerPath } from './build-config.ts'

/** Directories of an artifact in which a variable makes programs look, before all else: `PATH: ['site-packages/bin']`. */
export const SearchPaths = z.partialRecord(z.enum(['PATH', 'PYTHONPATH']), z.array(InnerPath).max(10))
export type SearchPaths = z.infer<typeof SearchPaths>

/** An environment in which what lies in a release is found from anywhere, wherever the release itself lies. */
export const withSearchPaths = (
  environment: Readonly<Record<string, string>>,
  paths: SearchPaths,
  release: string,
): Record<string, string> => {
  const found = Object.entries(paths).map(([name, directories]) => [
    name,
    [...directories.map((directory) => `${release}/${directory}`), environment[name]]
      .filter(Boolean)
      .join(':'),
  ])
  return { ...environment, ...(Object.fromEntries(found) as Record<string, string>) }
}
