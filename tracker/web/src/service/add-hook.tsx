import { useState, type ReactElement } from 'react'
import type { HookSource } from '../../../../shared/domain/hook.ts'
import { call } from '../api/client.ts'
import { addHook } from '../api/hook-routes.ts'
import { listed } from '../text/listed.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { addCommand, defaultName, hasStatuses, sourceWords } from './hook-view.ts'
import { ShownOnce, type Shown } from './shown-once.tsx'

interface AddHookProps {
  readonly service: string
  readonly onAdded: () => void
  readonly onClose: () => void
}

export const AddHook = ({ service, onAdded, onClose }: AddHookProps): ReactElement => {
  const [shown, setShown] = useState<Shown>()
  const [from, setFrom] = useState<HookSource>('github')
  const [name, setName] = useState('')
  const [branches, setBranches] = useState('')
  const [tags, setTags] = useState('')
  const [paths, setPaths] = useState('')
  const [cluster, setCluster] = useState('')
  const [pattern, setPattern] = useState('')
  const [token, setToken] = useState('')
  if (shown) return <ShownOnce shown={shown} onClose={onClose} />
  const globs = { branches: listed(branches), tags: listed(tags), paths: listed(paths) }
  const deploy = { cluster: cluster.trim(), pattern: pattern.trim() }
  const statusToken = hasStatuses(from) ? token.trim() : ''
  const wanted = { service, from, name: name.trim() || defaultName(service, from), ...globs }
  const add = async (): Promise<void> => {
    const hook = await call(addHook, {
      body: {
        ...wanted,
        ...(deploy.cluster === '' ? {} : { deploy: selectionOf(deploy) }),
        ...(statusToken === '' ? {} : { statusToken }),
      },
    })
    setShown(hook)
    onAdded()
  }
  return (
    <ConfirmDialog
      title={`A hook for ${service}`}
      button="Add"
      command={addCommand({ ...wanted, ...deploy, withToken: statusToken !== '' })}
      run={add}
      onClose={onClose}
    >
      <label className="field">
        <span>Who calls</span>
        <select value={from} onChange={({ target }) => setFrom(target.value as HookSource)}>
          {Object.entries(sourceWords).map(([source, word]) => (
            <option key={source} value={source}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <TextField label="Name" value={name} placeholder={defaultName(service, from)} onChange={setName} />
      <div className="field-pair">
        <TextField
          label="Branches"
          value={branches}
          placeholder="the default branch"
          onChange={setBranches}
        />
        <TextField label="Tags" value={tags} placeholder="none; v*" onChange={setTags} />
      </div>
      <TextField
        label="Also when this changed, beside its own part of the repo"
        value={paths}
        placeholder="libs/**"
        onChange={setPaths}
      />
      <div className="field-pair">
        <TextField
          label="Deploy to cluster"
          value={cluster}
          placeholder="none: build only"
          onChange={setCluster}
        />
        <TextField
          label="There to hosts named"
          value={pattern}
          placeholder="all; ^web-"
          isOff={cluster === ''}
          onChange={setPattern}
        />
      </div>
      {hasStatuses(from) && (
        <TextField
          label="The forge’s token, to tell it how builds go"
          kind="password"
          value={token}
          placeholder="none: it is not told"
          onChange={setToken}
        />
      )}
    </ConfirmDialog>
  )
}

const selectionOf = ({ cluster, pattern }: { cluster: string; pattern: string }) => ({
  clusters: [cluster],
  labels: [],
  ...(pattern === '' ? {} : { pattern }),
})

interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly placeholder: string
  readonly kind?: 'text' | 'password'
  readonly isOff?: boolean
  readonly onChange: (value: string) => void
}

const TextField = ({
  label,
  kind = 'text',
  isOff = false,
  onChange,
  ...input
}: TextFieldProps): ReactElement => (
  <label className="field">
    <span>{label}</span>
    <input
      type={kind}
      disabled={isOff}
      autoComplete="off"
      spellCheck={false}
      {...input}
      onChange={({ target }) => onChange(target.value)}
    />
  </label>
)
