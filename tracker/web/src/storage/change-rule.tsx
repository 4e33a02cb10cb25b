import { useState, type ReactElement } from 'react'
import type { KeepRuleView } from '../../../../shared/api/artifacts.ts'
import { defaultKeepRule } from '../../../../shared/domain/keep-rule.ts'
import { removeKeepRule, setKeepRule } from '../api/artifact-routes.ts'
import { call } from '../api/client.ts'
import { listed } from '../text/listed.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ReasonField } from '../ui/reason-field.tsx'
import { keepCommand } from './storage-view.ts'

interface ChangeRuleProps {
  /** Whose rule; of all that have none of their own when it is left out. */
  readonly service: string | undefined
  readonly rule: KeepRuleView | undefined
  readonly onChanged: () => void
  readonly onClose: () => void
}

export const ChangeRule = ({
  service,
  rule = defaultKeepRule,
  onChanged,
  onClose,
}: ChangeRuleProps): ReactElement => {
  const isOwn = service !== undefined && rule.service === service
  const [last, setLast] = useState(String(rule.last))
  const [days, setDays] = useState(String(rule.days))
  const [tags, setTags] = useState(rule.tags.join(', '))
  const [asOthers, setAsOthers] = useState(false)
  const [reason, setReason] = useState('')
  const wanted = { last: Number(last), days: Number(days), tags: listed(tags) }
  const change = async (): Promise<void> => {
    if (asOthers && service !== undefined) await call(removeKeepRule, { params: { service } })
    else await call(setKeepRule, { body: { ...wanted, service, reason: reason.trim() || undefined } })
    onClose()
    onChanged()
  }
  return (
    <ConfirmDialog
      title={`What is kept of ${service ?? 'each service'}`}
      button="Keep this"
      command={
        asOthers && service !== undefined
          ? `tracker artifacts keep ${service} --as-others`
          : keepCommand(service, wanted)
      }
      run={change}
      onClose={onClose}
    >
      <p>What is in use stays whatever is set. Nothing goes before the next clean-up.</p>
      {isOwn && (
        <label className="check">
          <input type="checkbox" checked={asOthers} onChange={({ target }) => setAsOthers(target.checked)} />
          As of the others, by no rule of its own
        </label>
      )}
      {!asOthers && (
        <>
          <NumberField label="The newest so many" value={last} min={0} max={10_000} onChange={setLast} />
          <NumberField
            label="Whatever is younger than so many days"
            value={days}
            min={1}
            max={36_500}
            onChange={setDays}
          />
          <label className="field">
            <span>For ever, tags like these</span>
            <input
              value={tags}
              placeholder="none; * for all, v* for those that begin with v"
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => setTags(target.value)}
            />
          </label>
          <ReasonField reason={reason} onChange={setReason} />
        </>
      )}
    </ConfirmDialog>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly value: string
  readonly min: number
  readonly max: number
  readonly onChange: (value: string) => void
}

const NumberField = ({ label, onChange, ...input }: NumberFieldProps): ReactElement => (
  <label className="field">
    <span>{label}</span>
    <input type="number" required {...input} onChange={({ target }) => onChange(target.value)} />
  </label>
)
