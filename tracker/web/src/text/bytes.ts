const units = ['B', 'kB', 'MB', 'GB'] as const

/** `840 B`, `10.4 MB`. */
export const formatBytes = (bytes: number): string => {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 ? value : value.toFixed(1)} ${units[power] ?? 'B'}`
}
