import { PersonError } from '../../shared/errors.ts'
import type { Sources } from '../build/builder.ts'
import { commitSources } from '../git/commit-sources.ts'
import type { Repo } from '../git/repo.ts'
import { readServiceFile, type ServiceFile } from '../service-file/service-file.ts'
import { identify, type BuildIdentity } from './build-config.ts'
import type { Commission } from './commission.ts'
import type { Workplace } from './workplace.ts'

/** What is to be built, as its repo has it. */
export interface FoundService {
  readonly repo: Repo
  readonly file: ServiceFile
  readonly sources: Sources
  readonly identity: BuildIdentity
}

/** Fetches the commit and reads its service.yaml, which may shorten the time that the build has. */
export const findService = async (
  { source, commit, buildConfig }: Commission,
  { tools, steps, limit }: Workplace,
): Promise<FoundService> => {
  const repo = await steps.take('fetch', () => tools.cache.withCommit(source.repo, commit))
  const file = await readServiceFile(repo, source, commit)
  limit.shorten(file.config.build.timeout, 'build.timeout of service.yaml')
  const sources = commitSources(repo, commit, source.path)
  const identity = await identify(file.config.build, sources)
  // Another packer may have told the tracker how it would build; if this one would do it otherwise, the artifact is not that.
  if (identity.buildConfig !== buildConfig) throw new BuiltOtherwise()
  return { repo, file, sources, identity }
}

/** It is for another packer to do, if there is one. */
export class BuiltOtherwise extends PersonError {
  constructor() {
    super('conflict', 'This packer would build it in another way than the packer that was asked first.', {
      hint: 'Give all packers the same versions of apptracker and of the tools that it needs.',
    })
  }
}
