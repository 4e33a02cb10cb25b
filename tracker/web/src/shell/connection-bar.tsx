import type { ReactElement } from 'react'
import { useConnection } from '../api/connection.ts'
import { Icon } from '../ui/icon.tsx'

/** Says when the page is not live. It lies over the page, so that nothing moves. */
export const ConnectionBar = (): ReactElement => {
  const connection = useConnection()
  return (
    <div className="connection" role="status" data-connection={connection}>
      {connection === 'reconnecting' && (
        <span className="tone-warning">
          <Icon name="retry" spins /> Not connected; reconnecting…
        </span>
      )}
      {connection === 'outdated' && (
        <span className="tone-warning">
          <Icon name="alert" /> The tracker is newer than this page.
          <button type="button" className="link-button" onClick={() => window.location.reload()}>
            Reload
          </button>
        </span>
      )}
    </div>
  )
}
