const firstMs = 250
const longestMs = 10_000

/** How long to wait before try number `attempt` (from 0): doubling, and spread so that all pages do not return at once. */
export const backoffMs = (attempt: number, random: number): number =>
  Math.min(longestMs, firstMs * 2 ** attempt) * (0.5 + random / 2)
