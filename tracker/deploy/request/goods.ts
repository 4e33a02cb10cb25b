import type { Rollout } from '../../../shared/domain/rollout.ts'
import { PersonError } from '../../../shared/errors.ts'
import type { Resolved } from '../../../shared/messages/sources.ts'
import { ensureBuild } from '../../builds/ensure-build.ts'
import type { Sources } from '../../builds/sources.ts'
import type { Artifact } from '../../db/artifacts.ts'
import type { Deploy } from '../../db/deploys.ts'
import type { Store, Writing } from '../../db/store.ts'
import { isKept, noLongerKept } from './kept.ts'

/** Something that can be deployed: built already, or about to be. */
export interface Goods {
  readonly version: string
  readonly commit: string | null
  readonly digest: string | null
  readonly buildId: number | null
  readonly rollout: Rollout
  /** Why nothing is built for it. */
  readonly reused?: string
  /** Of a git ref: how it is built, unless that was done before. */
  readonly toBuild?: Resolved
}

export const goodsOfRef = async (sources: Sources, service: string, ref: string): Promise<Goods> =>
  goodsOfCommit(await sources.resolve(service, ref))

export const goodsOfCommit = (toBuild: Resolved): Goods => {
  const { version, commit, rollout } = toBuild
  return { version, commit, rollout, digest: null, buildId: null, toBuild }
}

/** The goods with their artifact, or with the build that will make it: begun here, so that it belongs to the same write. */
export const withArtifact = (writing: Writing, service: string, goods: Goods, askedBy: string): Goods => {
  if (goods.toBuild === undefined) return goods
  const answer = ensureBuild(writing, { service, resolved: goods.toBuild, cause: 'deploy', askedBy })
  return answer.kind === 'artifact'
    ? { ...goods, digest: answer.artifact.digest, reused: answer.because }
    : { ...goods, buildId: answer.build.id }
}

/** What the goods are, if they were built before. */
export const artifactOf = (
  store: Store,
  service: string,
  { digest, toBuild }: Goods,
): Artifact | undefined => {
  if (toBuild) return store.read.artifacts.byCommit(service, toBuild.commit, toBuild.buildConfig)
  return digest === null ? undefined : store.read.artifacts.get(digest)
}

const goodsOfArtifact = (artifact: Artifact): Goods => ({
  version: artifact.version,
  commit: artifact.commit,
  rollout: artifact.rollout,
  digest: artifact.digest,
  buildId: null,
})

export const goodsOfDigest = (store: Store, service: string, prefix: string): Goods => {
  const found = store.read.artifacts.byPrefix(service, prefix)
  const [artifact, other] = found.filter(isKept)
  if (!artifact && found[0]) throw noLongerKept(found[0])
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

/** What has proven itself needs no trial, and whatever one host does, the others are to have it too. */
export const withoutTrial = (goods: Goods): Goods => ({
  ...goods,
  rollout: {
    ...goods.rollout,
    canary: 0,
    on_failure: 'continue',
    pause_after_canary: false,
    bake: 0,
    ready: '0%',
  },
})

/** A deploy whose build failed is built again, at the same commit. */
export const goodsOfDeploy = async (store: Store, sources: Sources, deploy: Deploy): Promise<Goods> => {
  if (deploy.digest !== null) return goodsOfDigest(store, deploy.service, deploy.digest)
  if (deploy.buildId !== null && deploy.commit !== null) {
    return { ...(await goodsOfRef(sources, deploy.service, deploy.commit)), version: deploy.version }
  }
  const { version, commit, rollout } = deploy
  return { version, commit, rollout, digest: null, buildId: null }
}
