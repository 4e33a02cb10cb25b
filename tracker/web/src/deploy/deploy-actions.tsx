import { useState, type ReactElement } from 'react'
import { deployTransitions } from '../../../../shared/domain/deploy-state.ts'
import { isEnd } from '../../../../shared/domain/transitions.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { ConfirmAction } from './confirm-action.tsx'
import type { DeployPageView } from './deploy-view.ts'
import { whatCanBeDone, type ActionName } from './what-can-be-done.ts'

const buttons: Readonly<Record<ActionName, { word: string; icon: IconName }>> = {
  pause: { word: 'Pause', icon: 'pause' },
  resume: { word: 'Resume', icon: 'play' },
  promote: { word: 'Promote', icon: 'check' },
  retry: { word: 'Retry', icon: 'retry' },
  rollback: { word: 'Roll back', icon: 'undo' },
  cancel: { word: 'Cancel', icon: 'stop' },
}

/** While it runs, one button holds it and lets it go on again; once it has ended, there is only what comes after. */
const shownFor = ({ deploy }: DeployPageView): readonly ActionName[] => {
  if (isEnd(deployTransitions, deploy.state)) return ['retry', 'rollback']
  if (deploy.state === 'queued') return ['cancel']
  return [deploy.state === 'paused' ? 'resume' : 'pause', 'promote', 'rollback', 'cancel']
}

export const DeployActions = ({ view }: { view: DeployPageView }): ReactElement => {
  const [asked, setAsked] = useState<ActionName>()
  const possible = whatCanBeDone(view)
  return (
    <div className="actions">
      {shownFor(view).map((name) => (
        <button
          key={name}
          type="button"
          className="button"
          // Not `disabled`: then neither the keyboard nor a screen reader would ever learn why not.
          aria-disabled={possible[name].whyNot !== undefined}
          title={possible[name].whyNot}
          onClick={() => possible[name].whyNot === undefined && setAsked(name)}
        >
          <Icon name={buttons[name].icon} />
          {buttons[name].word}
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
