import type { HookSource } from '../../../shared/domain/hook.ts'
import type { CommitStatus } from '../../db/commit-statuses.ts'
import type { Parcel } from '../../notify/post.ts'
import type { Forge } from './address.ts'
import type { Told, ToldState } from './told-state.ts'

/** What GitHub and Gitea call it; GitLab has words of its own. */
const gitlabStates: Readonly<Record<ToldState, string>> = {
  pending: 'running',
  success: 'success',
  failure: 'failed',
  cancelled: 'canceled',
}
const states: Readonly<Record<ToldState, string>> = {
  pending: 'pending',
  success: 'success',
  failure: 'failure',
  cancelled: 'error',
}

const headersOf: Readonly<Record<Forge, (token: string) => Record<string, string>>> = {
  github: (token) => ({ Authorization: `Bearer ${token}`, Accept: 'application/vnd.github+json' }),
  gitlab: (token) => ({ 'PRIVATE-TOKEN': token }),
  gitea: (token) => ({ Authorization: `token ${token}` }),
}

/** What is sent to a forge to tell it of a commit. */
export const parcelOf = (
  source: HookSource,
  address: string,
  token: string,
  { commit, context }: Pick<CommitStatus, 'commit' | 'context'>,
  { state, text, path }: Told,
  trackerUrl: string,
): Parcel => {
  const forge = source as Forge
  const link = { target_url: `${trackerUrl}${path}`, description: text }
  const body =
    forge === 'gitlab'
      ? { state: gitlabStates[state], name: context, ...link }
      : { state: states[state], context, ...link }
  return { url: new URL(`${address}${commit}`), headers: headersOf[forge](token), body: JSON.stringify(body) }
}
