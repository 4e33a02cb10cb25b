import type { Rollout } from '../../shared/domain/rollout.ts'
import { PersonError } from '../../shared/errors.ts'
import type { BuildDesk } from '../builds/build-desk.ts'
import type { Artifact } from '../db/artifacts.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Store } from '../db/store.ts'

/** Something that can be deployed: built already, or about to be. */
export interface Goods {
  readonly version: string
  readonly commit: string | null
  readonly digest: string | null
  readonly buildId: number | null
  readonly rollout: Rollout
}

export const goodsOfRef = async (builds: BuildDesk, service: string, ref: string): Promise<Goods> => {
  const resolved = await builds.resolve(service, ref)
  const answer = await builds.ensure(service, resolved)
  const { version, commit, rollout } = resolved
  return answer.kind === 'artifact'
    ? { version, commit, rollout, digest: answer.artifact.digest, buildId: null }
    : { version, commit, rollout, digest: null, buildId: answer.build.id }
}

const goodsOfArtifact = (artifact: Artifact): Goods => ({
  version: artifact.version,
  commit: artifact.commit,
  rollout: artifact.rollout,
  digest: artifact.digest,
  buildId: null,
})

export const goodsOfDigest = (store: Store, service: string, prefix: string): Goods => {
  const [artifact, other] = store.read.artifacts.byPrefix(service, prefix)
  if (!artifact) {
    throw new PersonError('not-found', `${service} has no artifact whose digest starts with ${prefix}.`, {
      field: 'digest',
      hint: 'Deploy by a git ref, and it is built.',
    })
  }
  if (other) {
    throw new PersonError('conflict', `More than one artifact of ${service} starts with ${prefix}.`, {
      field: 'digest',
      hint: 'Give more digits.',
    })
  }
  return goodsOfArtifact(artifact)
}

/** A deploy whose build failed is built again, at the same commit. */
export const goodsOfDeploy = async (store: Store, builds: BuildDesk, deploy: Deploy): Promise<Goods> => {
  if (deploy.digest !== null) return goodsOfDigest(store, deploy.service, deploy.digest)
  if (deploy.buildId !== null && deploy.commit !== null) {
    return { ...(await goodsOfRef(builds, deploy.service, deploy.commit)), version: deploy.version }
  }
  const { version, commit, rollout } = deploy
  return { version, commit, rollout, digest: null, buildId: null }
}
