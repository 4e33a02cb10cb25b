import { useState, type ReactElement } from 'react'
import { Icon, type IconName } from '../ui/icon.tsx'
import { ConfirmAction } from './confirm-action.tsx'
import type { DeployPageView } from './deploy-view.ts'
import { whatCanBeDone, type ActionName } from './what-can-be-done.ts'

const buttons: readonly { name: ActionName; word: string; icon: IconName }[] = [
  { name: 'retry', word: 'Retry', icon: 'retry' },
  { name: 'rollback', word: 'Roll back', icon: 'undo' },
  { name: 'cancel', word: 'Cancel', icon: 'stop' },
]

export const DeployActions = ({ view }: { view: DeployPageView }): ReactElement => {
  const [asked, setAsked] = useState<ActionName>()
  const possible = whatCanBeDone(view)
  return (
    <div className="actions">
      {buttons.map(({ name, word, icon }) => (
        <button
          key={name}
          type="button"
          className="button"
          // Not `disabled`: then neither the keyboard nor a screen reader would ever learn why not.
          aria-disabled={possible[name].whyNot !== undefined}
          title={possible[name].whyNot}
          onClick={() => possible[name].whyNot === undefined && setAsked(name)}
        >
          <Icon name={icon} />
          {word}
        </button>
      ))}
      {asked && (
        <ConfirmAction
          action={asked}
          deploy={view.deploy}
          hosts={possible[asked].hosts}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  )
}
