/** What a lock file names, as requirements of pip. */
export interface Exported {
  /** From an index, with hashes: pip takes nothing else among these. */
  readonly hashed: readonly string[]
  /** Of which there can be no hash: packages of the same repo, commits of others. */
  readonly unhashed: readonly string[]
}

/** Tells apart what pip can only install apart. An exported requirement may go over several lines, joined by backslashes. */
export const parseExported = (text: string): Exported => {
  const requirements = text
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, '')
        .trim()
        .replace(/\s+/g, ' '),
    )
    .filter((line) => line !== '' && !line.startsWith('--'))
    .map((line) => line.replace(/^(-e|--editable)[ =]/, ''))
  return {
    hashed: requirements.filter((line) => line.includes(' --hash=')),
    unhashed: requirements.filter((line) => !line.includes(' --hash=')),
  }
}
