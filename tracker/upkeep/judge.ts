import type { KeepRule } from '../../shared/domain/keep-rule.ts'
import type { StoredArtifact } from '../db/artifacts.ts'

const dayMs = 24 * 3_600_000

export interface Verdict {
  readonly artifact: StoredArtifact
  /** Each reason as the rest of a sentence that the artifact begins: `runs on web-1.prod`. None: it goes. */
  readonly keptBecause: readonly string[]
}

/** Which artifacts of one service stay, and why. They come newest first. */
export const judge = (
  artifacts: readonly StoredArtifact[],
  uses: ReadonlyMap<string, readonly string[]>,
  rule: KeepRule,
  now: number,
): Verdict[] =>
  artifacts.map((artifact, index) => ({
    artifact,
    keptBecause: [
      ...(uses.get(artifact.digest) ?? []),
      ...(isOfTag(artifact) && matches(rule.tags, artifact.version) ? ['is a tag'] : []),
      ...(index < rule.last ? [rule.last === 1 ? 'is the newest' : `is one of the newest ${rule.last}`] : []),
      ...youth(now - artifact.createdAt, rule),
    ],
  }))

/** A day it stays whatever is set: somebody may just be about to deploy it. */
const youth = (age: number, { days }: KeepRule): string[] =>
  age < days * dayMs ? [`is younger than ${days === 1 ? 'a day' : `${days} days`}`] : []

/** What was built from no tag has the beginning of its commit as its version. */
const isOfTag = ({ version, commit }: StoredArtifact): boolean => !commit.startsWith(version)

const matches = (patterns: readonly string[], version: string): boolean =>
  patterns.some((pattern) => isLike(pattern.split('*'), version))

/** Whether the text is these pieces with anything between them; without backtracking, as patterns come from people. */
const isLike = (pieces: readonly string[], text: string): boolean => {
  const [first = '', ...rest] = pieces
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let from = first.length
  for (const piece of rest) {
    const at = text.indexOf(piece, from)
    if (at < 0) return false
    from = at + piece.length
  }
  return text.length - from >= last.length && text.endsWith(last)
}
