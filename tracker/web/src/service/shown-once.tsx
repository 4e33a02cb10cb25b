import type { ReactElement } from 'react'
import type { HookSource } from '../../../../shared/domain/hook.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { Modal } from '../ui/modal.tsx'

/** What goes into the forge or the CI. */
export interface Shown {
  readonly name: string
  readonly from: HookSource
  readonly url: string
  readonly secret?: string | undefined
}

interface ShownOnceProps {
  readonly shown: Shown
  readonly onClose: () => void
}

/** It closes by its button alone: a click beside it would lose what nobody can see again. */
export const ShownOnce = ({ shown: { name, from, url, secret }, onClose }: ShownOnceProps): ReactElement => (
  <Modal kind="confirm" label={`What to call ${name} by`} onClose={() => undefined}>
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <h2>What to call {name} by</h2>
      <p>Shown this once. {secret === undefined ? 'Who has the URL can have it built.' : ''}</p>
      <div className="field">
        <span>URL</span>
        <CopyCommand command={url} />
      </div>
      {secret !== undefined && (
        <div className="field">
          <span>Secret</span>
          <CopyCommand command={secret} />
        </div>
      )}
      <p className="hint">
        {from === 'trigger'
          ? 'A CI calls it after its tests: curl --fail -X POST URL'
          : 'Paste both into the webhook at the forge, for pushes and tags, as application/json.'}
      </p>
      <div className="dialog-buttons">
        <button type="submit" className="button primary">
          I have {secret === undefined ? 'it' : 'both'}
        </button>
      </div>
    </form>
  </Modal>
)
