import type { DeployState } from '../../shared/domain/deploy-state.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Deploy } from '../db/deploys.ts'
import type { Quarantined } from '../db/quarantine.ts'
import type { Tables, Writing } from '../db/store.ts'
import { isFailure } from './rollout/outcome.ts'

/** What the end of a deploy says of its version: bad ones stay out from now on, and one that has come through is fine again. */
export const judgeVersion = (
  writing: Writing,
  deploy: Deploy,
  state: DeployState,
  error: string | null,
): void => {
  const { service, digest } = deploy
  if (digest === null || deploy.rollbackOf !== null) return
  if (state === 'succeeded') writing.quarantine.lift(service, digest)
  else if (state === 'rolled-back' || didCanaryFail(writing, deploy))
    quarantine(writing, deploy, error ?? `deploy ${deploy.id} was ${state}`)
}

const didCanaryFail = (writing: Writing, deploy: Deploy): boolean =>
  writing.targets
    .list(deploy.id)
    .some((target) => target.batch === 0 && target.phase !== 'stage' && isFailure(target))

/** Nobody deploys it again by accident. Where only settings were new, the version is not to blame. */
export const quarantine = (writing: Writing, deploy: Deploy, reason: string): void => {
  const { id: deployId, service, digest, version } = deploy
  if (digest === null || isOnlyOfSettings(writing, deploy)) return
  writing.quarantine.put({ service, digest, version, reason, deployId, at: writing.now })
}

const isOnlyOfSettings = (writing: Writing, { id }: Deploy): boolean =>
  writing.targets.list(id).every(({ digest, previousDigest }) => digest === previousDigest)

/** Throws `locked` when one of the artifacts is in quarantine, naming why. */
export const requireTrusted = (
  writing: Writing,
  service: string,
  digests: ReadonlySet<string | null>,
): void => {
  for (const digest of digests) {
    const found = digest === null ? undefined : writing.quarantine.get(service, digest)
    if (found) throw refusal(found)
  }
}

/** Why a deploy that has waited is not to begin: what it brings has turned out bad since somebody asked for it. */
export const distrustOf = ({ quarantine, targets }: Tables, deploy: Deploy): string | undefined => {
  const digests = new Set(targets.list(deploy.id).map(({ digest }) => digest))
  for (const digest of digests) {
    const found = digest === null ? undefined : quarantine.get(deploy.service, digest)
    if (found && found.at >= deploy.createdAt) return textOf(found)
  }
  return undefined
}

const refusal = (quarantined: Quarantined): PersonError =>
  new PersonError('locked', textOf(quarantined), {
    field: 'force',
    hint: 'Deploy another version; or this one once the cause is gone, with --force and a --reason.',
  })

const textOf = ({ service, version, reason, deployId }: Quarantined): string =>
  `${service} ${version} is in quarantine since deploy ${deployId}: ${reason.replace(/\.$/, '')}.`
