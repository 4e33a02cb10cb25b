import { memo, useState, type ReactElement } from 'react'
import { targetText } from '../../../../shared/domain/edition-text.ts'
import type { TargetView } from '../../../../shared/api/deploys.ts'
import { Icon } from '../ui/icon.tsx'
import { moveFocus } from './grid-keys.ts'
import type { groupHosts } from './host-groups.ts'
import { groupGlyphs, groupOf, installLook } from './install-groups.ts'

interface HostGridProps {
  readonly groups: ReturnType<typeof groupHosts>
  /** Squares without names. */
  readonly compact: boolean
  readonly onOpen: (hostId: string) => void
}

/** One tab stop for all hosts; arrow keys move between them. */
export const HostGrid = ({ groups, compact, onOpen }: HostGridProps): ReactElement => {
  const [focused, setFocused] = useState<string>()
  const all = groups.flatMap((group) => group.targets)
  const tabStop = all.some((target) => target.hostId === focused) ? focused : all[0]?.hostId
  return (
    <div className={compact ? 'grid compact' : 'grid'} onKeyDown={moveFocus}>
      {groups.map((group) => (
        <section key={group.name} className="grid-group" aria-label={group.name}>
          <h3>
            {group.name} <span className="count">{group.targets.length}</span>
          </h3>
          <div className="grid-hosts">
            {group.targets.map((target) => (
              <Host
                key={target.hostId}
                target={target}
                compact={compact}
                isTabStop={target.hostId === tabStop}
                onOpen={onOpen}
                onFocus={setFocused}
              />
            ))}
          </div>
        </section>
      ))}
    </div>
  )
}

interface HostProps {
  readonly target: TargetView
  readonly compact: boolean
  readonly isTabStop: boolean
  readonly onOpen: (hostId: string) => void
  readonly onFocus: (hostId: string) => void
}

/** Of thousands, only those whose target changed are drawn again. */
const Host = memo(({ target, compact, isTabStop, onOpen, onFocus }: HostProps): ReactElement => {
  const look = installLook(target.state)
  const group = groupOf[target.state]
  const description = `${target.hostName}: ${look.word}`
  return (
    <button
      type="button"
      className={`host tone-${look.tone} is-${group}`}
      tabIndex={isTabStop ? 0 : -1}
      aria-label={description}
      title={compact ? description : undefined}
      onClick={() => onOpen(target.hostId)}
      onFocus={() => onFocus(target.hostId)}
    >
      {compact ? (
        groupGlyphs[group]
      ) : (
        <>
          <Icon name={look.icon} />
          <HostText target={target} word={look.word} />
        </>
      )}
    </button>
  )
})
Host.displayName = 'Host'

const HostText = ({ target, word }: { target: TargetView; word: string }): ReactElement => (
  <span className="host-text">
    <span className="host-name">{target.hostName}</span>
    <span className="host-state">
      {word}
      <span className="host-versions">{targetText(target)}</span>
    </span>
  </span>
)
