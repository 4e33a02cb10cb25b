import { useState, type ReactElement } from 'react'
import type { BuildView } from '../../../../shared/api/builds.ts'
import { Icon } from '../ui/icon.tsx'
import { CancelBuild } from './cancel-build.tsx'
import { StartBuild } from './start-build.tsx'

/** While it runs it can be ended; once it has ended it can be done again. */
export const BuildActions = ({ build }: { build: BuildView }): ReactElement => {
  const [asked, setAsked] = useState<'cancel' | 'rebuild'>()
  const close = (): void => setAsked(undefined)
  const { service, version, endedAt } = build
  return (
    <div className="actions">
      {endedAt === undefined ? (
        <button type="button" className="button" onClick={() => setAsked('cancel')}>
          <Icon name="stop" />
          Cancel
        </button>
      ) : (
        <button type="button" className="button" onClick={() => setAsked('rebuild')}>
          <Icon name="retry" />
          Rebuild
        </button>
      )}
      {asked === 'cancel' && <CancelBuild build={build} onCancelled={close} onClose={close} />}
      {asked === 'rebuild' && <StartBuild service={service} version={version} rebuild onClose={close} />}
    </div>
  )
}
