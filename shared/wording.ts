const shown = 5

/** `a, b and 3 more`: enough to go and look. */
export const some = (names: readonly string[]): string =>
  names.length <= shown
    ? names.join(', ')
    : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`

/** `1 host`, `2 hosts`. */
export const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

/** `512 B`, `66 kB`, `10.4 MB`, `1.2 GB`. */
export const sizeOf = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

/** `250 ms`, `90 s`, `15 minutes`. */
export const durationText = (ms: number): string => {
  if (ms < 1000) return `${ms} ms`
  return ms < 120_000 ? `${ms / 1000} s` : `${Math.round(ms / 60_000)} minutes`
}

export const milliseconds = (from: number): string => `${(performance.now() - from).toFixed(1)} ms`
