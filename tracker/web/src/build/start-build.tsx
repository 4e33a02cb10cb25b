import { useState, type ReactElement } from 'react'
import type { BuildAnswer } from '../../../../shared/api/builds.ts'
import { startBuild } from '../api/build-routes.ts'
import { call } from '../api/client.ts'
import { listServices } from '../api/routes.ts'
import { useLoad } from '../api/use-load.ts'
import { navigate } from '../router/router.ts'
import { plainText } from '../text/plain-text.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Modal } from '../ui/modal.tsx'
import { buildCommand } from './build-command.ts'

interface StartBuildProps {
  /** What to build, where that is known. */
  readonly service?: string | undefined
  readonly version?: string
  readonly rebuild?: boolean
  readonly onClose: () => void
}

/** Asks what to build, then says why it is built or why what there is serves. */
export const StartBuild = ({ onClose, ...preset }: StartBuildProps): ReactElement => {
  const [answer, setAnswer] = useState<BuildAnswer>()
  return answer ? (
    <Answer answer={answer} onClose={onClose} />
  ) : (
    <Question {...preset} onAnswer={setAnswer} onClose={onClose} />
  )
}

type QuestionProps = StartBuildProps & { readonly onAnswer: (answer: BuildAnswer) => void }

const Question = ({ onAnswer, onClose, ...preset }: QuestionProps): ReactElement => {
  const [service, setService] = useState(preset.service ?? '')
  const [ref, setRef] = useState(preset.version ?? '')
  const [rebuild, setRebuild] = useState(preset.rebuild ?? false)
  const wanted = { service, ref: ref.trim() || undefined, rebuild }
  return (
    <ConfirmDialog
      title={preset.version === undefined ? 'Build a service' : `Build ${service}@${preset.version} again?`}
      button="Build"
      command={buildCommand(wanted)}
      run={async () => onAnswer(await call(startBuild, { body: wanted }))}
      onClose={onClose}
    >
      <p>Nothing is deployed by it.</p>
      <ServiceField service={service} onChange={setService} />
      <label className="field">
        <span>Branch, tag or commit</span>
        <input
          value={ref}
          maxLength={200}
          placeholder="HEAD of the default branch"
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => setRef(target.value)}
        />
      </label>
      <label className="check">
        <input type="checkbox" checked={rebuild} onChange={({ target }) => setRebuild(target.checked)} />
        Also if it was built before, with all dependencies installed anew
      </label>
    </ConfirmDialog>
  )
}

interface ServiceFieldProps {
  readonly service: string
  readonly onChange: (service: string) => void
}

const ServiceField = ({ service, onChange }: ServiceFieldProps): ReactElement => {
  const { answer } = useLoad((signal) => call(listServices, {}, signal))
  const known = answer?.services.map(({ name }) => name) ?? []
  const names = service === '' || known.includes(service) ? known : [service, ...known]
  return (
    <label className="field">
      <span>Service</span>
      <select required value={service} onChange={({ target }) => onChange(target.value)}>
        <option value="">Choose one</option>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}

interface AnswerProps {
  readonly answer: BuildAnswer
  readonly onClose: () => void
}

const Answer = ({ answer: { build, reused, because }, onClose }: AnswerProps): ReactElement => {
  const title = reused ? 'Nothing needs to be built' : `${build.service}@${build.version} is to be built`
  return (
    <Modal kind="confirm" label={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onClose()
          navigate(`/builds/${build.id}`)
        }}
      >
        <h2>{title}</h2>
        <p>{plainText(because)}</p>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={onClose}>
            Close
          </button>
          <button type="submit" className="button primary" autoFocus>
            Show build {build.id}
          </button>
        </div>
      </form>
    </Modal>
  )
}
