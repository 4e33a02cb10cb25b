import { fit, pad, widthOf } from './width.ts'

/**
 * Rows as aligned lines no wider than `columns`; what does not fit is cut, the widest column first. The last column is
 * not padded.
 */
export const table = (
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string[] => {
  const all = heads.length > 0 ? [heads, ...rows] : rows
  const widths = fitWidths(naturalWidths(all), columns)
  return all.map((row) =>
    row
      .map((cell, index) => pad(fit(cell, widths[index] ?? 0), widths[index] ?? 0))
      .join(gap)
      .trimEnd(),
  )
}

const gap = '  '
const narrowest = 6

const naturalWidths = (rows: readonly (readonly string[])[]): number[] => {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))))
  }
  return widths
}

const fitWidths = (widths: readonly number[], columns: number): number[] => {
  const fitted = [...widths]
  const room = columns - gap.length * (widths.length - 1)
  let excess = fitted.reduce((sum, width) => sum + width, 0) - room
  while (excess > 0) {
    const widest = Math.max(...fitted)
    if (widest <= narrowest) break
    fitted[fitted.indexOf(widest)] = widest - 1
    excess -= 1
  }
  return fitted
}
