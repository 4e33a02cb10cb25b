import type { Command } from 'commander'
import {
  cancelDeploy,
  pauseDeploy,
  promoteDeploy,
  resumeDeploy,
  type DeployDetail,
} from '../../../shared/api/deploys.ts'
import { parseDeployId } from '../arguments.ts'
import { call, openSession, print } from '../session.ts'
import { startProgress } from '../watch/progress.ts'
import { tallyOf } from '../watch/summary.ts'

interface Control {
  readonly route: typeof pauseDeploy | typeof resumeDeploy | typeof promoteDeploy | typeof cancelDeploy
  readonly argument: string
  readonly answer: (deploy: DeployDetail) => string[]
}

const hostsOf = (deploy: DeployDetail): string => tallyOf(startProgress(deploy))

const goesOn = (deploy: DeployDetail): string[] => [
  `Deploy ${deploy.id} is ${deploy.state} (${hostsOf(deploy)}).`,
  `  watch it: tracker watch ${deploy.id}`,
]

const pause: Control = {
  route: pauseDeploy,
  argument: 'the deploy that is to begin nothing more for now',
  answer: (deploy) => [
    `Deploy ${deploy.id} is paused (${hostsOf(deploy)}); hosts in the middle of an install finish it.`,
    `  go on:   tracker resume ${deploy.id}`,
    `  go back: tracker rollback ${deploy.id}`,
  ],
}

const resume: Control = {
  route: resumeDeploy,
  argument: 'the deploy that is to go on where it was paused',
  answer: goesOn,
}

const promote: Control = {
  route: promoteDeploy,
  argument: 'the deploy that is to go on past its canaries, or past the time that a batch is watched',
  answer: goesOn,
}

const cancel: Control = {
  route: cancelDeploy,
  argument: 'the deploy that is to touch no further host',
  answer: (deploy) => [
    `Deploy ${deploy.id} is ${deploy.state}: no further host is touched (${hostsOf(deploy)}).`,
    `  bring changed hosts back: tracker rollback ${deploy.id}`,
  ],
}

const define =
  ({ route, argument, answer }: Control) =>
  (command: Command): void => {
    command
      .argument('<id>', argument)
      .option('--reason <text>', 'why, for the history')
      .action(async (text: string, { reason }: { reason?: string }) => {
        const id = parseDeployId(text)
        const session = await openSession(command)
        const body = reason === undefined ? {} : { reason }
        const deploy = await call(session, route, { params: { id }, body })
        print(session, deploy, () => answer(deploy))
      })
  }

export const definePause = define(pause)
export const defineResume = define(resume)
export const definePromote = define(promote)
export const defineCancel = define(cancel)
