import { useDeferredValue, useMemo, useState, type ReactElement } from 'react'
import type { TargetView } from '../../../../shared/api/deploys.ts'
import type { FailureGroup } from '../../../../shared/domain/failures/failure-group.ts'
import { groupFailures } from '../../../../shared/domain/failures/group-failures.ts'
import { differenceWords, headlineOf, stepWords } from '../../../../shared/domain/failures/words.ts'
import { counted } from '../text/counted.ts'
import { plainText } from '../text/plain-text.ts'
import { Icon } from '../ui/icon.tsx'
import { installLook } from './install-groups.ts'

interface ProblemsProps {
  readonly service: string
  readonly targets: ReadonlyMap<string, TargetView>
  readonly onOpen: (hostId: string) => void
}

const causesShown = 10

/** Hosts that did not come through, by cause. */
export const Problems = ({ service, targets, onOpen }: ProblemsProps): ReactElement | null => {
  // While thousands of hosts move, the squares below are more urgent.
  const settled = useDeferredValue(targets)
  const groups = useMemo(() => groupFailures(settled.values(), service), [settled, service])
  const [all, setAll] = useState(false)
  if (groups.length === 0) return null
  const shown = all ? groups : groups.slice(0, causesShown)
  return (
    <section className="problems" aria-label="Problems">
      <h2>{headlineOf(groups)}</h2>
      {shown.map((group) => (
        <ProblemCard key={group.hosts[0]?.hostId} group={group} onOpen={onOpen} />
      ))}
      {shown.length < groups.length && (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          and {counted(groups.length - shown.length, 'more cause')}
        </button>
      )}
    </section>
  )
}

interface ProblemCardProps {
  readonly group: FailureGroup
  readonly onOpen: (hostId: string) => void
}

const ProblemCard = ({ group, onOpen }: ProblemCardProps): ReactElement => {
  const look = lookOf(group)
  const step = stepWords(group)
  return (
    <article className={`problem tone-${look.tone}`}>
      <Icon name={look.icon} />
      <div>
        <p>
          <strong>
            {counted(group.hosts.length, 'host')} {look.word}
          </strong>
          {step !== undefined && <span className="problem-step">{step}</span>}
        </p>
        <p>{plainText(group.error) || 'No reason was given.'}</p>
        {group.line !== undefined && (
          <p className="problem-line" title="Its service said this, and that of no other host did">
            {plainText(group.line)}
          </p>
        )}
        {group.differences.map((difference) => (
          <p key={difference.after + (difference.values[0]?.value ?? '')} className="hint">
            differs: {plainText(differenceWords(difference))}
          </p>
        ))}
        <ProblemHosts hosts={group.hosts} onOpen={onOpen} />
      </div>
    </article>
  )
}

/** The worst of what became of them. */
const lookOf = ({ hosts }: FailureGroup): ReturnType<typeof installLook> =>
  installLook(hosts.find(({ state }) => state === 'failed')?.state ?? hosts[0]?.state ?? 'failed')

const namesShown = 8

const ProblemHosts = ({
  hosts,
  onOpen,
}: Pick<ProblemCardProps, 'onOpen'> & Pick<FailureGroup, 'hosts'>): ReactElement => {
  const [all, setAll] = useState(false)
  const shown = all ? hosts : hosts.slice(0, namesShown)
  return (
    <>
      <div className="problem-hosts">
        {shown.map(({ hostId, hostName }) => (
          <button key={hostId} type="button" className="link-button" onClick={() => onOpen(hostId)}>
            {hostName}
          </button>
        ))}
      </div>
      {hosts.length > namesShown && (
        <button
          type="button"
          className="link-button problem-more"
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? 'show fewer' : `and ${hosts.length - namesShown} more`}
        </button>
      )}
    </>
  )
}
