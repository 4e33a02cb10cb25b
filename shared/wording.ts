const shown = 5

/** `a, b and 3 more`: enough to go and look. */
export const some = (names: readonly string[]): string =>
  names.length <= shown
    ? names.join(', ')
    : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`

/** `1 host`, `2 hosts`. */
export const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

export const gigabytes = (bytes: number): string =>
  bytes < 1e9 ? `${Math.floor(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`

export const milliseconds = (from: number): string => `${(performance.now() - from).toFixed(1)} ms`
