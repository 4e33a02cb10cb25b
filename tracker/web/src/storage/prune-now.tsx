import { useState, type ReactElement } from 'react'
import type { Amount } from '../../../../shared/api/artifacts.ts'
import { pruneArtifacts } from '../api/artifact-routes.ts'
import { call } from '../api/client.ts'
import { announce } from '../ui/announcer.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ReasonField } from '../ui/reason-field.tsx'
import { amountText } from './storage-view.ts'

interface PruneNowProps {
  readonly service: string | undefined
  readonly go: Amount
  readonly onRemoved: () => void
  readonly onClose: () => void
}

export const PruneNow = ({ service, go, onRemoved, onClose }: PruneNowProps): ReactElement => {
  const [reason, setReason] = useState('')
  return (
    <ConfirmDialog
      title={`Remove ${amountText(go)}, now?`}
      button="Remove"
      danger
      dismiss="Leave it to the clean-up"
      command={`tracker artifacts prune${service === undefined ? '' : ` --service ${service}`}`}
      run={async () => {
        const { gone } = await call(pruneArtifacts, { body: { service, reason: reason.trim() || undefined } })
        announce(`${amountText(gone)}, removed`)
        onClose()
        onRemoved()
      }}
      onClose={onClose}
    >
      <p>
        {service === undefined ? '' : `Only of ${service}. `}No rule keeps them and nothing uses them. Who
        wants one of them again has to build it again.
      </p>
      <ReasonField reason={reason} onChange={setReason} />
    </ConfirmDialog>
  )
}
