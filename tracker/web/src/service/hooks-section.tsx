import { useState, type ReactElement } from 'react'
import { call } from '../api/client.ts'
import { listHooks } from '../api/hook-routes.ts'
import { usePolled } from '../api/use-polled.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { AddHook } from './add-hook.tsx'
import { HookRow } from './hook-row.tsx'

const everyMs = 5000

/** What calls come in by that have the service built. */
export const HooksSection = ({ service }: { service: string }): ReactElement => {
  const query = { service }
  const { answer, failure, refresh } = usePolled((signal) => call(listHooks, { query }, signal), everyMs)
  const [asked, setAsked] = useState(false)
  return (
    <section aria-label="Hooks" className="build-part">
      <div className="headline">
        <h2>Hooks</h2>
        <div className="actions">
          <button type="button" className="button" onClick={() => setAsked(true)}>
            Add a hook
          </button>
        </div>
      </div>
      {failure && <FailureBox failure={failure} />}
      {answer?.hooks.length === 0 && (
        <EmptyState
          title="No hooks yet"
          text="A hook lets a forge or a CI have new code built as it comes, and deployed if you wish:"
          command={`tracker hooks add ${service} --from github`}
        />
      )}
      <ul className="rows">
        {answer?.hooks.map((hook) => (
          <HookRow key={hook.name} hook={hook} onChanged={refresh} />
        ))}
      </ul>
      {asked && <AddHook service={service} onAdded={refresh} onClose={() => setAsked(false)} />}
    </section>
  )
}
