import { deployControls, type DeployControl } from '../../../shared/domain/deploy-state.ts'
import { PersonError } from '../../../shared/errors.ts'
import type { Deploy } from '../../db/deploys.ts'
import type { Store, Writing } from '../../db/store.ts'
import { requireDeploy } from '../find-deploy.ts'
import { finishedBatch, gateNow } from '../rollout/gates.ts'
import type { Author, DeployWrite } from './insert.ts'
import { moveDeploy, noteDeploy } from '../moves.ts'
import { failuresOf } from '../rollout/outcome.ts'

/**
 * What a person asks of a running deploy; the engine goes on from what is written. Asked for again, nothing more happens.
 * Throws `conflict` in a state in which it makes no sense.
 */
export const controlDeploy =
  (store: Store, id: number, control: DeployControl, author: Author): DeployWrite =>
  (writing) => {
    const deploy = requireDeploy(store, id)
    const { acts, isSo } = deployControls[control]
    if (acts.includes(deploy.state))
      act[control](writing, deploy, sentenceOf(control, author), author.createdBy)
    else if (!isSo.includes(deploy.state)) throw refusal(deploy, control)
    return id
  }

type Act = (writing: Writing, deploy: Deploy, why: string, by: string) => void

const act: Readonly<Record<DeployControl, Act>> = {
  pause: (writing, deploy, why, by) => moveDeploy(writing, deploy, 'paused', why, by),

  resume: (writing, deploy) => {
    if (waitsForPerson(writing, deploy)) openGate(writing, deploy)
    goOn(writing, deploy)
  },

  promote: (writing, deploy, why) => {
    const isOpened = openGate(writing, deploy)
    if (deploy.state === 'paused') goOn(writing, deploy)
    else if (isOpened) noteDeploy(writing, deploy, why)
  },

  cancel: (writing, deploy, why, by) => moveDeploy(writing, deploy, 'cancelled', why, by),

  rollback: (writing, deploy, why, by) => {
    const isTouched = writing.targets.list(deploy.id).some(({ phase }) => phase === 'activate')
    moveDeploy(writing, deploy, isTouched ? 'rolling-back' : 'cancelled', why, by)
  },
}

const goOn = (writing: Writing, deploy: Deploy): void => {
  writing.deploys.acceptFailures(deploy.id, failuresOf(writing.targets.list(deploy.id)).length)
  moveDeploy(writing, deploy, deploy.pausedFrom ?? 'staging', null)
}

/** The canaries are done, and a person is to look at them. */
const waitsForPerson = (writing: Writing, deploy: Deploy): boolean =>
  gateNow({ deploy, targets: writing.targets.list(deploy.id), now: writing.now })?.kind === 'canary'

/** What stands behind a finished batch no longer does; false when none is: then a promotion that comes twice changes nothing. */
const openGate = (writing: Writing, deploy: Deploy): boolean => {
  const finished = finishedBatch(writing.targets.list(deploy.id), writing.now)
  if (finished === undefined || finished <= deploy.clearedThrough) return false
  writing.deploys.clearThrough(deploy.id, finished)
  return true
}

const done: Readonly<Record<DeployControl, string>> = {
  pause: 'Paused',
  resume: 'Resumed',
  promote: 'Promoted',
  cancel: 'Cancelled',
  rollback: 'Rolled back',
}

const sentenceOf = (control: DeployControl, { createdBy, reason }: Author): string =>
  `${done[control]} by ${createdBy}${reason === undefined ? '' : `: ${reason}`}.`

const refusal = ({ id, state }: Deploy, control: DeployControl): PersonError =>
  new PersonError('conflict', `Deploy ${id} is ${state}: there is nothing to ${control}.`, {
    hint: hints[control],
  })

const hints: Readonly<Record<DeployControl, string>> = {
  pause: '`tracker status` shows which deploys run.',
  resume: 'Only a paused deploy can be resumed; `tracker retry` tries an ended one again.',
  promote: 'A deploy can be promoted once its canaries run the release.',
  cancel: '`tracker rollback` brings the hosts that it changed back.',
  rollback: '`tracker status` shows which deploys there were.',
}
