/** What a lock file names, as requirements of pip. */
export interface Exported {
  /** From an index, with hashes: pip takes nothing else among these. */
  readonly hashed: readonly string[]
  /** Of which there can be no hash: packages of the same repo, commits of others. */
  readonly unhashed: readonly string[]
}

/** Tells apart what pip can only install apart. */
export const parseExported = (text: string): Exported => {
  const requirements = linesOf(text)
    .filter((line) => !line.startsWith('--'))
    .map((line) => line.replace(/^(-e|--editable)[ =]/, ''))
  return {
    hashed: requirements.filter((line) => line.includes(' --hash=')),
    unhashed: requirements.filter((line) => !line.includes(' --hash=')),
  }
}

/** The lines of a file of requirements as pip reads them: joined where they end with a backslash, without comments. */
export const linesOf = (text: string): string[] =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/^[ \t]*#.*$/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) =>
      line
        .replace(/\s#.*$/, '')
        .trim()
        .replace(/\s+/g, ' '),
    )
    .filter((line) => line !== '')
