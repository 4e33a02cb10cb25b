import type { ReactElement } from 'react'
import type { BuildStep } from '../../../../shared/domain/event.ts'
import { plainText } from '../text/plain-text.ts'
import { formatDuration } from '../text/time.ts'
import { Icon } from '../ui/icon.tsx'
import type { Look } from '../ui/looks.ts'
import { useNow } from '../ui/now.ts'
import { Took } from '../ui/time.tsx'

const looks: Record<BuildStep['state'], Look> = {
  running: { word: 'running', icon: 'hammer', tone: 'busy' },
  done: { word: 'done', icon: 'check', tone: 'good' },
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
}

/** What a build did, one after another, each with a bar as long as it took. */
export const StepsSection = ({ steps }: { steps: readonly BuildStep[] }): ReactElement | null => {
  const now = useNow()
  if (steps.length === 0) return null
  const took = ({ at, tookMs }: BuildStep): number => tookMs ?? Math.max(0, now - at)
  const longest = Math.max(1, ...steps.map(took))
  return (
    <section aria-label="Steps" className="build-part">
      <h2>Steps</h2>
      <ol className="bars">
        {steps.map((step, index) => (
          <Step key={index} step={step} share={took(step) / longest} />
        ))}
      </ol>
    </section>
  )
}

const Step = ({ step, share }: { step: BuildStep; share: number }): ReactElement => {
  const { word, icon, tone } = looks[step.state]
  return (
    <li className={`tone-${tone}`}>
      <span className="bar-name" title={step.command}>
        <Icon name={icon} />
        <span className="visually-hidden">{word}: </span>
        <span className="bar-text">{plainText(step.name)}</span>
      </span>
      <span className="bar">
        <span style={{ width: `${share * 100}%` }} />
      </span>
      <span className="bar-value">
        {step.tookMs === undefined ? (
          <Took from={step.at} to={undefined} />
        ) : (
          <span className="number">{formatDuration(step.tookMs)}</span>
        )}
      </span>
    </li>
  )
}
