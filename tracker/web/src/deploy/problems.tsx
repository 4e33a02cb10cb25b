import { useState, type ReactElement } from 'react'
import type { TargetView } from '../../../../shared/api/deploys.ts'
import { counted } from '../text/counted.ts'
import { plainText } from '../text/plain-text.ts'
import { Icon } from '../ui/icon.tsx'
import { groupProblems, type Problem } from './host-groups.ts'
import { installLook } from './install-groups.ts'

interface ProblemsProps {
  readonly targets: ReadonlyMap<string, TargetView>
  readonly onOpen: (hostId: string) => void
}

/** Hosts that did not come through, by cause. */
export const Problems = ({ targets, onOpen }: ProblemsProps): ReactElement | null => {
  const problems = groupProblems(targets.values())
  const hosts = problems.reduce((sum, problem) => sum + problem.targets.length, 0)
  if (hosts === 0) return null
  return (
    <section className="problems" aria-label="Problems">
      <h2>
        {counted(hosts, 'host')} did not come through, {counted(problems.length, 'cause')}
      </h2>
      {problems.map((problem) => (
        <ProblemCard key={problem.targets[0]?.hostId} problem={problem} onOpen={onOpen} />
      ))}
    </section>
  )
}

const namesShown = 8

const ProblemCard = ({
  problem,
  onOpen,
}: {
  problem: Problem
  onOpen: (id: string) => void
}): ReactElement => {
  const [all, setAll] = useState(false)
  const [first] = problem.targets
  const look = installLook(first?.state ?? 'failed')
  const shown = all ? problem.targets : problem.targets.slice(0, namesShown)
  return (
    <div className={`problem tone-${look.tone}`}>
      <Icon name={look.icon} />
      <div>
        <p>
          <strong>{look.word}:</strong> {plainText(problem.error) || 'no reason was given'}
        </p>
        <p className="problem-hosts">
          {shown.map((target) => (
            <button
              key={target.hostId}
              type="button"
              className="link-button"
              onClick={() => onOpen(target.hostId)}
            >
              {target.hostName}
            </button>
          ))}
          {shown.length < problem.targets.length && (
            <button type="button" className="link-button" onClick={() => setAll(true)}>
              and {problem.targets.length - shown.length} more
            </button>
          )}
        </p>
      </div>
    </div>
  )
}
