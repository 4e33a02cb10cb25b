import { posix } from 'node:path'
import { matchesGlob } from '../../shared/glob.ts'
import type { Hook } from '../db/hooks.ts'
import { isBranch, isTag, nameOf, type Push } from './push.ts'

type Rules = Pick<Hook, 'branches' | 'tags' | 'paths' | 'source'>

/** Where nobody says which branch is the default one. */
const usualBranches = ['main', 'master']

/** `[skip ci]` and its kin, in a head commit’s message: nothing is built. */
const skipsAll = /\[(skip ci|ci skip|no ci|skip build|build skip)\]/i
/** It is built, and not deployed. */
const skipsDeploy = /\[(skip deploy|deploy skip|no deploy)\]/i

/** Why a push is not built, by the rules of its hook and what its author says; undefined when it is. */
export const reasonToSkip = (rules: Rules, push: Push): string | undefined =>
  otherRef(rules, push) ?? (isTag(push.ref) ? undefined : marked(push, skipsAll))

/** Why what is built is not deployed. A tag is deliberate: markers do not count there. */
export const reasonNotToDeploy = (push: Push): string | undefined =>
  isTag(push.ref) ? undefined : marked(push, skipsDeploy)

const marked = ({ message }: Push, marker: RegExp): string | undefined => {
  const found = marker.exec(message)?.[0]
  return found === undefined ? undefined : `The message of its commit says ${found}.`
}

const otherRef = ({ branches, tags }: Rules, { ref, defaultBranch }: Push): string | undefined => {
  const isAny = branches.length === 0 && tags.length === 0
  if (ref === 'HEAD') return isAny ? undefined : `It must say which: ${listed(branches, tags)} are built.`
  if (!isBranch(ref) && !isTag(ref)) return `${ref} is neither a branch nor a tag.`
  const wanted = isTag(ref) ? tags : isAny ? defaultsOf(defaultBranch) : branches
  if (wanted.some((glob) => matchesGlob(glob, nameOf(ref)))) return undefined
  return `Only ${isAny ? listed(defaultsOf(defaultBranch), []) : listed(branches, tags)} is built.`
}

const defaultsOf = (defaultBranch: string | undefined): readonly string[] =>
  defaultBranch === undefined ? usualBranches : [defaultBranch]

const listed = (branches: readonly string[], tags: readonly string[]): string =>
  [
    ...(branches.length === 0 ? [] : [`branch ${branches.join(' or ')}`]),
    ...(tags.length === 0 ? [] : [`tag ${tags.join(' or ')}`]),
  ].join(', ')

/**
 * What of the repo must have changed, as globs from its top; undefined when that does not matter: for a tag, for a trigger
 * (somebody asks for just this), and for a service that is its whole repo.
 */
export const watchedPaths = (
  { paths, source }: Rules,
  servicePath: string,
  { ref }: Push,
): readonly string[] | undefined => {
  if (isTag(ref) || source === 'trigger') return undefined
  const own = posix.normalize(servicePath).replace(/\/$/, '')
  if (own !== '.') return [own, ...paths]
  return paths.length === 0 ? undefined : paths
}
