import { useState, type ReactElement } from 'react'
import type { HookView } from '../../../../shared/api/hooks.ts'
import { plainText } from '../text/plain-text.ts'
import { Icon } from '../ui/icon.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Ago } from '../ui/time.tsx'
import { ChangeHook } from './change-hook.tsx'
import { Deliveries } from './deliveries.tsx'
import { deliveryLook, hookSentence, lastRefused, sourceWords } from './hook-view.ts'

interface HookRowProps {
  readonly hook: HookView
  readonly onChanged: () => void
}

export const HookRow = ({ hook, onChanged }: HookRowProps): ReactElement => {
  const [asked, setAsked] = useState<'rotate' | 'remove'>()
  const [open, setOpen] = useState(false)
  return (
    <li className="row">
      <div className="row-head">
        <h3>{hook.name}</h3>
        <span className="label">{sourceWords[hook.from]}</span>
        <div className="row-end">
          <button type="button" className="button" onClick={() => setAsked('rotate')}>
            New secret
          </button>
          <button type="button" className="button" onClick={() => setAsked('remove')}>
            Remove
          </button>
        </div>
      </div>
      <p>{hookSentence(hook)}</p>
      <p className="facts">
        <LastCall hook={hook} />
        <Statuses hook={hook} />
        <span>
          made by {hook.createdBy}, <Ago at={hook.createdAt} />
        </span>
      </p>
      <Troubles hook={hook} />
      {hook.lastDelivery && (
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>Last deliveries</summary>
          {open && <Deliveries name={hook.name} />}
        </details>
      )}
      {asked && (
        <ChangeHook kind={asked} hook={hook} onChanged={onChanged} onClose={() => setAsked(undefined)} />
      )}
    </li>
  )
}

const LastCall = ({ hook: { lastDelivery: last } }: { hook: HookView }): ReactElement =>
  last ? (
    <span>
      last called <Ago at={last.at} />, {plainText(last.what)}: <StateBadge look={deliveryLook(last)} />
    </span>
  ) : (
    <span>not called yet</span>
  )

const Statuses = ({ hook: { statuses } }: { hook: HookView }): ReactElement | null =>
  statuses ? (
    <span>
      {statuses.sentAt === undefined ? (
        `tells ${statuses.to} how builds go`
      ) : (
        <>
          told {statuses.to} how builds go <Ago at={statuses.sentAt} />
        </>
      )}
    </span>
  ) : null

/** What somebody should see to. */
const Troubles = ({ hook }: { hook: HookView }): ReactElement => {
  const refused = lastRefused(hook)
  const failing = hook.statuses?.failing
  return (
    <>
      {refused && (
        <div className="notice tone-warning">
          <Icon name="ban" />
          <p>
            A call was refused <Ago at={refused.at} />: {plainText(refused.why)}
          </p>
        </div>
      )}
      {failing && hook.statuses && (
        <div className="notice tone-bad">
          <Icon name="cross" />
          <div>
            <p>
              {hook.statuses.to} does not hear how builds go, since <Ago at={failing.since} />:{' '}
              {plainText(failing.error)}
            </p>
            <p className="hint">Check the forge and its token; a new token takes a new hook.</p>
          </div>
        </div>
      )}
    </>
  )
}
