import type { FailureDifference } from './failure-group.ts'
import type { Skeleton } from './skeleton.ts'

/** What one host said; all that are compared with each other have the same skeleton. */
export interface Told {
  readonly hostName: string
  readonly skeleton: Skeleton
}

const keptDifferences = 3
const keptValues = 4

/** The values that are not the same on all hosts, from left to right. */
export const differencesOf = (told: readonly Told[]): FailureDifference[] => {
  const parts = told[0]?.skeleton.parts ?? []
  return parts
    .flatMap(({ kind, before }, index) =>
      kind === 'value' ? [{ before, hosts: hostsByValue(told, index) }] : [],
    )
    .filter(({ hosts }) => hosts.size > 1)
    .slice(0, keptDifferences)
    .map(({ before, hosts }) => differenceOf(wordAtEnd(before), hosts))
}

const hostsByValue = (told: readonly Told[], index: number): Map<string, string[]> => {
  const hosts = new Map<string, string[]>()
  for (const { hostName, skeleton } of told) {
    const value = skeleton.parts[index]?.text ?? ''
    const same = hosts.get(value)
    if (same) same.push(hostName)
    else hosts.set(value, [hostName])
  }
  return hosts
}

const differenceOf = (after: string, hosts: ReadonlyMap<string, readonly string[]>): FailureDifference => ({
  after,
  values: [...hosts]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, keptValues)
    .map(([value, names]) => ({ value, hosts: names.length, such: names[0] ?? '' })),
  more: Math.max(0, hosts.size - keptValues),
})

const wordAtEnd = (text: string): string => /[A-Za-z]\w{0,30}[^\w\s]{0,3} {0,1}$/.exec(text)?.[0] ?? ''
