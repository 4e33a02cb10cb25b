/** What was promised and not kept. */
export class BrokenInvariant extends Error {
  override name = 'BrokenInvariant'
}

export const demand = (isKept: boolean, invariant: string, how: string): void => {
  if (!isKept) throw new BrokenInvariant(`${invariant}: ${how}`)
}
