import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { maskCredentials } from '../../git/repo-url.ts'
import type { Deciding } from '../../layers/recipe.ts'
import { linesOf } from './exported.ts'

interface Listing {
  readonly path: string
  /** It only says which version is taken of what others require. */
  readonly isConstraint: boolean
}

/**
 * A file of requirements with all that it includes, if these alone decide what is installed: where requirements have hashes, pip
 * takes nothing without, and so all that they require in turn is named too.
 */
export const decidingRequirements = async (checkout: string, file: string): Promise<Deciding> => {
  const listings: Listing[] = [{ path: file, isConstraint: false }]
  for (const listing of listings) {
    const text = await readFile(join(checkout, listing.path), 'utf8').catch(() => undefined)
    if (text === undefined) return { unknown: `${listing.path} cannot be read` }
    for (const line of linesOf(text)) {
      const included = includedBy(line, listing.path)
      if (included !== undefined) addOnce(listings, included)
      else if (!isDecided(line, listing))
        return { unknown: `'${maskCredentials(line).slice(0, 100)}' in ${listing.path} has no hash` }
    }
  }
  return { files: [...new Set(listings.map(({ path }) => path))] }
}

const includedBy = (line: string, from: string): Listing | undefined => {
  const [, option, path] = /^(-r|-c|--requirement|--constraint)[ =]?([^\s/]\S*)$/.exec(line) ?? []
  if (option === undefined || path === undefined) return undefined
  return { path: posix.join(posix.dirname(from), path), isConstraint: /^--?c/.test(option) }
}

const addOnce = (listings: Listing[], { path, isConstraint }: Listing): void => {
  if (!listings.some((known) => known.path === path && known.isConstraint === isConstraint))
    listings.push({ path, isConstraint })
}

const isDecided = (line: string, { isConstraint }: Listing): boolean =>
  harmlessOption.test(line) ||
  (!line.startsWith('-') && line.includes(' --hash=')) ||
  (isConstraint && versionAlone.test(line))

/** They say where packages come from, which the hashes check, and in which form. */
const harmlessOption =
  /^(--require-hashes|--no-index|--prefer-binary|--pre|(-i|--index-url|--extra-index-url|--trusted-host|--only-binary|--no-binary)[ =]\S+)$/
/** No address and no path, behind which there may be something else tomorrow. */
const versionAlone = /^[\w.-]+ ?[=<>!~][^@/]*$/
