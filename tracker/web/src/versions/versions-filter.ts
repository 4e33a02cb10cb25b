import type { VersionRow } from '../../../../shared/api/versions.ts'

export interface VersionsFilter {
  /** Matched in host names: as a regular expression if it is one, else as plain text. */
  readonly text: string
  readonly cluster: string | undefined
  readonly outOfSyncOnly: boolean
}

export const isOutOfSync = (row: VersionRow): boolean => row.cells.some((cell) => cell.sync === 'out-of-sync')

export const filterRows = (
  rows: readonly VersionRow[],
  { text, cluster, outOfSyncOnly }: VersionsFilter,
): readonly VersionRow[] => {
  const matches = textMatcher(text)
  return rows.filter(
    (row) =>
      (cluster === undefined || row.host.cluster === cluster) &&
      (!outOfSyncOnly || isOutOfSync(row)) &&
      matches(row.host.name),
  )
}

/** While a pattern is being typed it is often not one yet: `web-(`. */
const textMatcher = (text: string): ((name: string) => boolean) => {
  try {
    const pattern = new RegExp(text, 'i')
    return (name) => pattern.test(name)
  } catch {
    return (name) => name.includes(text.toLowerCase())
  }
}

interface VersionsSummary {
  readonly hosts: number
  readonly silent: number
  readonly outOfSync: number
}

/** Counted from the rows, so that it is as live as they are. `outOfSync` counts cells. */
export const summarise = (rows: readonly VersionRow[]): VersionsSummary => ({
  hosts: rows.length,
  silent: rows.filter((row) => row.host.state === 'silent').length,
  outOfSync: rows.reduce(
    (sum, row) => sum + row.cells.filter((cell) => cell.sync === 'out-of-sync').length,
    0,
  ),
})
