import { useState, type ReactElement, type SyntheticEvent } from 'react'
import { call, toCallError, type CallError } from '../api/client.ts'
import { createSession } from '../api/routes.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { useTitle } from '../ui/title.ts'

export const LoginPage = ({ onLogin }: { onLogin: () => void }): ReactElement => {
  const [token, setToken] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<CallError>()
  useTitle('Log in')
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    setBusy(true)
    call(createSession, { body: { token: token.trim() } })
      .then(onLogin)
      .catch((error: unknown) => {
        setFailure(toCallError(error))
        setBusy(false)
      })
  }
  return (
    <main className="login">
      <form onSubmit={submit}>
        <h1>
          <img src="/favicon.svg" alt="" width="28" height="28" /> AppTracker
        </h1>
        <label className="field">
          <span>Token</span>
          <input
            type="password"
            name="token"
            autoComplete="current-password"
            spellCheck={false}
            required
            autoFocus
            value={token}
            aria-invalid={failure !== undefined}
            onChange={({ target }) => setToken(target.value)}
          />
        </label>
        {failure && <FailureBox failure={failure} />}
        <button type="submit" className="button primary" disabled={busy}>
          Log in
        </button>
        <p className="hint">
          The admin token was shown once, when the tracker first started with{' '}
          <CopyCommand command="tracker serve" />
        </p>
      </form>
    </main>
  )
}
