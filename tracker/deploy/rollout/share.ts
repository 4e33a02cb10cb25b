/** What `25%` of so many hosts is, not rounded. */
export const shareOf = (percentage: string, hosts: number): number =>
  (hosts * Number(percentage.slice(0, -1))) / 100
