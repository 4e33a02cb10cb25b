import { useState, type ReactElement } from 'react'
import type { DeployDetail, TargetView } from '../../../../shared/api/deploys.ts'
import { call } from '../api/client.ts'
import {
  cancelDeploy,
  pauseDeploy,
  promoteDeploy,
  resumeDeploy,
  retryDeploy,
  rollbackDeploy,
} from '../api/routes.ts'
import { navigate } from '../router/router.ts'
import { counted } from '../text/counted.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ReasonField } from '../ui/reason-field.tsx'
import type { DeployPageView } from './deploy-view.ts'
import type { ActionName } from './what-can-be-done.ts'

type Deploy = DeployPageView['deploy']
type Targets = readonly TargetView[]

/** What a retry is begun in spite of. */
interface Anyway {
  readonly force: boolean
  readonly ignoreFreeze: boolean
}

interface ActionText {
  readonly title: (deploy: Deploy, hosts: Targets) => string
  readonly text: string
  readonly button: string
  readonly danger: boolean
  readonly run: (id: number, reason: string | undefined, anyway: Anyway) => Promise<DeployDetail>
}

const request = (id: number, reason: string | undefined) => ({ params: { id }, body: { reason } })

const actions: Record<ActionName, ActionText> = {
  pause: {
    title: ({ id }) => `Pause deploy ${id}?`,
    text: 'Nothing more begins until it is resumed. Hosts in the middle of an install finish it.',
    button: 'Pause',
    danger: false,
    run: (id, reason) => call(pauseDeploy, request(id, reason)),
  },
  resume: {
    title: ({ id }) => `Resume deploy ${id}?`,
    text: 'It goes on where it was. Hosts that have failed so far are accepted; one more stops it again.',
    button: 'Resume',
    danger: false,
    run: (id, reason) => call(resumeDeploy, request(id, reason)),
  },
  promote: {
    title: ({ id }) => `Promote deploy ${id}?`,
    text: 'It goes on past the canaries, or past the time that the last batch is watched.',
    button: 'Promote',
    danger: false,
    run: (id, reason) => call(promoteDeploy, request(id, reason)),
  },
  retry: {
    title: ({ service, version }, hosts) =>
      `Deploy ${service}@${version} again to ${counted(hosts.length, 'host')}?`,
    text: 'The same version, to those of its hosts that do not have it. This starts a new deploy.',
    button: 'Retry',
    danger: false,
    run: (id, reason, anyway) => call(retryDeploy, { params: { id }, body: { reason, ...anyway } }),
  },
  rollback: {
    title: ({ service }, hosts) =>
      `Bring ${service} back to what ran before on ${counted(hosts.length, 'host')}?`,
    text: 'Each host gets its own earlier version. A deploy that still runs ends with that; otherwise it is a new deploy.',
    button: 'Roll back',
    danger: true,
    run: (id, reason) => call(rollbackDeploy, request(id, reason)),
  },
  cancel: {
    title: ({ id }) => `Cancel deploy ${id}?`,
    text: 'No further host is touched. Hosts in the middle of an install finish it, and keep what they then have.',
    button: 'Cancel the deploy',
    danger: true,
    run: (id, reason) => call(cancelDeploy, request(id, reason)),
  },
}

interface ConfirmActionProps {
  readonly action: ActionName
  readonly deploy: Deploy
  readonly hosts: Targets
  readonly onClose: () => void
}

export const ConfirmAction = ({ action, deploy, hosts, onClose }: ConfirmActionProps): ReactElement => {
  const { title, text, button, danger, run } = actions[action]
  const [reason, setReason] = useState('')
  const anyway = anywayOf(action, deploy)
  return (
    <ConfirmDialog
      title={title(deploy, hosts)}
      button={button}
      danger={danger}
      dismiss={action === 'cancel' ? 'Let it run' : 'Not now'}
      command={commandOf(action, deploy.id, anyway)}
      run={async () => {
        const answer = await run(deploy.id, reason.trim() || undefined, anyway)
        onClose()
        navigate(`/deploys/${answer.id}`)
      }}
      onClose={onClose}
    >
      <p>{text}</p>
      {anyway.force && (
        <p className="notice tone-warning">
          The version is in quarantine: say why it may be deployed all the same.
        </p>
      )}
      {anyway.ignoreFreeze && <p className="notice tone-warning">It is frozen: say why this cannot wait.</p>}
      <HostNames hosts={hosts} />
      <ReasonField reason={reason} required={anyway.force || anyway.ignoreFreeze} onChange={setReason} />
    </ConfirmDialog>
  )
}

/** Only a retry is held by either. */
const anywayOf = (action: ActionName, { quarantined, restrictions }: Deploy): Anyway => ({
  force: action === 'retry' && quarantined !== undefined,
  ignoreFreeze: action === 'retry' && restrictions.some(({ kind }) => kind === 'freeze'),
})

const commandOf = (action: ActionName, id: number, { force, ignoreFreeze }: Anyway): string => {
  const flags = [force ? ' --force' : '', ignoreFreeze ? ' --ignore-freeze' : ''].join('')
  return `tracker ${action} ${id}${flags}${flags === '' ? '' : ' --reason …'}`
}

const namesShown = 12

const HostNames = ({ hosts }: { hosts: Targets }): ReactElement | null => {
  if (hosts.length === 0) return null
  const rest = hosts.length - namesShown
  return (
    <ul className="names">
      {hosts.slice(0, namesShown).map((host) => (
        <li key={host.hostId}>{host.hostName}</li>
      ))}
      {rest > 0 && <li>and {counted(rest, 'more', 'more')}</li>}
    </ul>
  )
}
