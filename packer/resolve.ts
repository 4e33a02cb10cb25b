import type * as z from 'zod'
import type { resolveCall } from '../shared/messages/build.ts'
import { buildConfigDigest } from './build-config.ts'
import { commitSources } from './git/commit-sources.ts'
import type { RepoCache } from './git/repo-cache.ts'
import { resolveRef } from './git/resolve-ref.ts'
import { readServiceFile } from './service-file/service-file.ts'

/** Which commit a ref is now, and how it would be built. Throws PersonErrors that name what is wrong with repo, ref or service.yaml. */
export const resolve = async (
  cache: RepoCache,
  { source, ref }: z.output<typeof resolveCall.request>,
): Promise<z.input<typeof resolveCall.reply>> => {
  const repo = await cache.fetched(source.repo, ref)
  const resolved = await resolveRef(repo, ref)
  const { config } = await readServiceFile(repo, source, resolved.commit)
  return {
    v: 1,
    ...resolved,
    buildConfig: await buildConfigDigest(config.build, commitSources(repo, resolved.commit, source.path)),
    rollout: config.rollout,
  }
}
