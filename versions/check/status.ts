/** What a monitoring system understands: the exit code of a plug-in. */
export const exitCodes = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const
export type Status = keyof typeof exitCodes

export const worst = (statuses: readonly Status[]): Status =>
  statuses.reduce((a, b) => (exitCodes[b] > exitCodes[a] ? b : a), 'OK')
