import { useState, type ReactElement } from 'react'
import type { HookView } from '../../../../shared/api/hooks.ts'
import { call } from '../api/client.ts'
import { removeHook, rotateHook } from '../api/hook-routes.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ShownOnce, type Shown } from './shown-once.tsx'

interface ChangeHookProps {
  readonly kind: 'rotate' | 'remove'
  readonly hook: HookView
  readonly onChanged: () => void
  readonly onClose: () => void
}

export const ChangeHook = ({ kind, hook, onChanged, onClose }: ChangeHookProps): ReactElement => {
  const params = { name: hook.name }
  const [shown, setShown] = useState<Shown>()
  if (shown) return <ShownOnce shown={shown} onClose={onClose} />
  return kind === 'rotate' ? (
    <ConfirmDialog
      title={`Give ${hook.name} a new URL and a new secret?`}
      button="Give new ones"
      danger
      command={`tracker hooks rotate ${hook.name}`}
      run={async () => {
        setShown(await call(rotateHook, { params, body: {} }))
        onChanged()
      }}
      onClose={onClose}
    >
      <p>
        The old ones count no more at once: until the forge or the CI has the new ones, its calls are refused.
      </p>
    </ConfirmDialog>
  ) : (
    <ConfirmDialog
      title={`Remove ${hook.name}?`}
      button="Remove"
      danger
      command={`tracker hooks remove ${hook.name}`}
      run={async () => {
        await call(removeHook, { params })
        onClose()
        onChanged()
      }}
      onClose={onClose}
    >
      <p>What is pushed builds {hook.service} by it no more, and its deliveries are forgotten.</p>
    </ConfirmDialog>
  )
}
