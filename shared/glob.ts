/**
 * Whether a path fits a glob: `*` and `?` stand for letters of one name, `**` for any directories. Not by a regular
 * expression: some globs would take one longer than any build may last.
 */
export const matchesGlob = (glob: string, path: string): boolean =>
  fitsInOrder(glob.split('/'), path.split('/'), '**', matchesName)

const matchesName = (glob: string, name: string): boolean =>
  fitsInOrder(
    Array.from(glob),
    Array.from(name),
    '*',
    (wanted, letter) => wanted === '?' || wanted === letter,
  )

/**
 * Whether items fit a pattern in which `any` stands for any number of them. Only the last `any` is ever tried again, as
 * whatever an earlier one could have taken more this one can: so it takes at most length × length steps.
 */
const fitsInOrder = (
  pattern: readonly string[],
  items: readonly string[],
  any: string,
  fits: (wanted: string, item: string) => boolean,
): boolean => {
  let [at, item] = [0, 0]
  let retry: { at: number; item: number } | undefined
  while (item < items.length) {
    const wanted = pattern[at]
    if (wanted === any) {
      at += 1
      retry = { at, item }
    } else if (wanted !== undefined && fits(wanted, items[item] ?? '')) {
      at += 1
      item += 1
    } else if (retry !== undefined) {
      retry.item += 1
      ;({ at, item } = retry)
    } else return false
  }
  return pattern.slice(at).every((wanted) => wanted === any)
}
