import { useState, type ReactElement } from 'react'
import type { KeepRuleView } from '../../../../shared/api/artifacts.ts'
import { keepRuleText } from '../../../../shared/domain/keep-rule.ts'
import { Link } from '../router/link.tsx'
import { Ago } from '../ui/time.tsx'
import { ChangeRule } from './change-rule.tsx'
import { ruleFor } from './storage-view.ts'

interface RulesSectionProps {
  readonly rules: readonly KeepRuleView[]
  readonly service: string | undefined
  readonly onChanged: () => void
}

/** What stays although nothing uses it. */
export const RulesSection = ({ rules, service, onChanged }: RulesSectionProps): ReactElement => {
  const [asked, setAsked] = useState(false)
  const shown = service === undefined ? rules : [ruleFor(rules, service)].filter((rule) => rule !== undefined)
  return (
    <section aria-label="What is kept" className="build-part">
      <div className="headline">
        <h2>What is kept</h2>
        <div className="actions">
          <button type="button" className="button" onClick={() => setAsked(true)}>
            Change
          </button>
        </div>
      </div>
      <ul className="sentences">
        <li>What is in use: hosts run it, can go back to it, or a deploy brings it.</li>
        {shown.map((rule) => (
          <RuleLine key={rule.service ?? ''} rule={rule} />
        ))}
      </ul>
      {asked && (
        <ChangeRule
          service={service}
          rule={service === undefined ? rules[0] : ruleFor(rules, service)}
          onChanged={onChanged}
          onClose={() => setAsked(false)}
        />
      )}
    </section>
  )
}

const RuleLine = ({ rule }: { rule: KeepRuleView }): ReactElement => (
  <li>
    {rule.service === undefined ? (
      'Of each service'
    ) : (
      <>
        Of <Link to={`/storage?service=${rule.service}`}>{rule.service}</Link>
      </>
    )}
    : {keepRuleText(rule)}.
    {rule.setBy !== undefined && rule.setAt !== undefined && (
      <span className="hint">
        {' '}
        Set by {rule.setBy}, <Ago at={rule.setAt} />.
      </span>
    )}
  </li>
)
