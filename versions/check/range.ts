/**
 * A threshold as the Monitoring Plugins guidelines write it: `10` alerts outside 0..10, `10:` below 10, `~:10` above 10,
 * `5:10` outside of it, `@5:10` inside of it.
 */
export interface Range {
  readonly text: string
  readonly from: number
  readonly to: number
  readonly alertsInside: boolean
}

const number = String.raw`-?\d+(?:\.\d+)?`
const pattern = new RegExp(`^(@?)(?:(~|${number})?:)?(${number})?$`)

/** The range, or nothing when the text is not one. */
export const parseRange = (text: string): Range | undefined => {
  const [, inside, from, to] = pattern.exec(text) ?? []
  if (text === '' || text === '@' || text === ':' || inside === undefined) return undefined
  const range = {
    text,
    from: from === '~' ? -Infinity : Number(from ?? 0),
    to: to === undefined ? Infinity : Number(to),
    alertsInside: inside === '@',
  }
  return range.from <= range.to ? range : undefined
}

export const alerts = (range: Range, value: number): boolean =>
  (value >= range.from && value <= range.to) === range.alertsInside
