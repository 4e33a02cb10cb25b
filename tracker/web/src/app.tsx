import { useEffect, useState, type ReactElement } from 'react'
import { call, onUnauthenticated, toCallError, type CallError } from './api/client.ts'
import { deleteSession, getSession } from './api/routes.ts'
import { navigate, useLocation } from './router/router.ts'
import { LoginPage } from './session/login-page.tsx'
import { nextAfterLogin, toLogin } from './session/next.ts'
import { ConnectionBar } from './shell/connection-bar.tsx'
import { ErrorBoundary } from './shell/error-boundary.tsx'
import { Page } from './shell/page.tsx'
import { TopBar } from './shell/top-bar.tsx'
import { Announcer } from './ui/announcer.tsx'
import { FailureBox } from './ui/failure-box.tsx'

export const App = (): ReactElement => {
  const address = useLocation()
  return (
    <>
      {address.pathname === '/login' ? (
        <LoginPage onLogin={() => navigate(nextAfterLogin(address), { replace: true })} />
      ) : (
        <LoggedIn address={address} />
      )}
      <Announcer />
    </>
  )
}

onUnauthenticated(() => navigate(toLogin(window.location), { replace: true }))

const LoggedIn = ({ address }: { address: URL }): ReactElement => {
  const { name, failure } = useSession()
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <TopBar path={address.pathname} name={name ?? ''} onLogout={() => void logOut()} />
      <ConnectionBar />
      <main id="main" tabIndex={-1}>
        {failure && <FailureBox failure={failure} />}
        {name !== undefined && (
          <ErrorBoundary key={address.pathname}>
            <Page address={address} />
          </ErrorBoundary>
        )}
      </main>
    </>
  )
}

const logOut = async (): Promise<void> => {
  await call(deleteSession, {}).catch(() => undefined)
  navigate('/login')
}

const useSession = (): { name: string | undefined; failure: CallError | undefined } => {
  const [name, setName] = useState<string>()
  const [failure, setFailure] = useState<CallError>()
  useEffect(() => {
    const stopping = new AbortController()
    call(getSession, {}, stopping.signal)
      .then((session) => setName(session.name))
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) setFailure(toCallError(error))
      })
    return () => stopping.abort()
  }, [])
  return { name, failure }
}
