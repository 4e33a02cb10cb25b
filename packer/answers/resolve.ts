import type * as z from 'zod'
import { hasLabels, type Labels } from '../../shared/domain/names.ts'
import type { Resolved, resolveCall } from '../../shared/messages/sources.ts'
import { identify } from '../artifact/build-config.ts'
import { commitSources } from '../git/commit-sources.ts'
import type { RepoCache } from '../git/repo-cache.ts'
import { resolveRef } from '../git/resolve-ref.ts'
import { readServiceFile, type Place } from '../service-file/service-file.ts'

type Request = z.output<typeof resolveCall.request>
type Reply = z.input<typeof resolveCall.reply>

/** What is asked for: a service that is registered, or one whose name only its service.yaml says. */
interface Question {
  readonly source: Place & { readonly repo: string }
  readonly ref: string
}

/** Which commit a ref is now, of which service, and how it would be built here. Throws PersonErrors that name what is wrong with repo, ref or service.yaml. */
export const resolve = async (
  cache: RepoCache,
  question: Question,
): Promise<Resolved & { readonly service: string }> => {
  const found = await commitAndConfig(cache, question)
  return { ...(await resolvedHere(found)), service: found.config.service }
}

/** The same, unless `build.on` asks for labels that this packer does not have: then only what those are. */
export const answerResolve = async (cache: RepoCache, own: Labels, request: Request): Promise<Reply> => {
  const found = await commitAndConfig(cache, request)
  const { on } = found.config.build
  return hasLabels(own, on) ? resolvedHere(found) : { v: 1, here: false, on }
}

const commitAndConfig = async (cache: RepoCache, { source, ref }: Question) => {
  const repo = await cache.fetched(source.repo, ref)
  const commit = await resolveRef(repo, ref)
  const { config } = await readServiceFile(repo, source, commit.commit)
  return { sources: commitSources(repo, commit.commit, source.path), commit, config }
}

const resolvedHere = async ({
  sources,
  commit,
  config,
}: Awaited<ReturnType<typeof commitAndConfig>>): Promise<Resolved> => ({
  v: 1,
  here: true,
  ...commit,
  ...(await identify(config.build, sources)),
  on: config.build.on,
  rollout: config.rollout,
})
