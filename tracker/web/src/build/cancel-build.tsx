import { useState, type ReactElement } from 'react'
import type { BuildView } from '../../../../shared/api/builds.ts'
import { cancelBuild } from '../api/build-routes.ts'
import { call } from '../api/client.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ReasonField } from '../ui/reason-field.tsx'

interface CancelBuildProps {
  readonly build: Pick<BuildView, 'id' | 'service' | 'version' | 'cause'>
  readonly onCancelled: () => void
  readonly onClose: () => void
}

export const CancelBuild = ({ build, onCancelled, onClose }: CancelBuildProps): ReactElement => {
  const { id, service, version, cause } = build
  const [reason, setReason] = useState('')
  return (
    <ConfirmDialog
      title={`Cancel build ${id} of ${service}@${version}?`}
      button="Cancel the build"
      danger
      dismiss="Let it run"
      command={`tracker builds cancel ${id}`}
      run={async () => {
        await call(cancelBuild, { params: { id }, body: { reason: reason.trim() || undefined } })
        onClose()
        onCancelled()
      }}
      onClose={onClose}
    >
      <p>
        {cause === 'deploy'
          ? 'A deploy waits for it, and fails with it.'
          : 'Deploys that wait for it fail with it.'}
      </p>
      <ReasonField reason={reason} onChange={setReason} />
    </ConfirmDialog>
  )
}
