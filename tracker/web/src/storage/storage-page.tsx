import { useState, type ReactElement } from 'react'
import type { ArtifactUsage, KeepRuleView } from '../../../../shared/api/artifacts.ts'
import { getArtifactUsage, listKeepRules } from '../api/artifact-routes.ts'
import { call } from '../api/client.ts'
import { usePolled } from '../api/use-polled.ts'
import { BuildsNav } from '../builds/builds-nav.tsx'
import { ServiceFilter } from '../deploys/service-filter.tsx'
import { navigate, withQuery } from '../router/router.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { FailureBox } from '../ui/failure-box.tsx'
import { useTitle } from '../ui/title.ts'
import { ArtifactsSection } from './artifacts-section.tsx'
import { RulesSection } from './rules-section.tsx'
import { StorageFacts } from './storage-facts.tsx'
import { UsageSection } from './usage-section.tsx'

/** It changes with builds and clean-ups, and takes a look at every artifact. */
const everyMs = 60_000

interface Storage {
  readonly usage: ArtifactUsage
  readonly rules: readonly KeepRuleView[]
}

const loadStorage = async (signal: AbortSignal): Promise<Storage> => {
  const [usage, { rules }] = await Promise.all([
    call(getArtifactUsage, {}, signal),
    call(listKeepRules, {}, signal),
  ])
  return { usage, rules }
}

export const StoragePage = ({ service }: { service: string | undefined }): ReactElement => {
  const { answer, failure, refresh } = usePolled(loadStorage, everyMs)
  const [round, setRound] = useState(0)
  useTitle('Storage')
  const changed = (): void => {
    refresh()
    setRound(round + 1)
  }
  return (
    <>
      <header className="page-header">
        <div className="headline">
          <h1>Storage</h1>
          <BuildsNav here="/storage" />
          <ServiceFilter
            service={service}
            onChange={(chosen) => navigate(withQuery('service', chosen), { replace: true })}
          />
        </div>
        {answer && <StorageFacts usage={answer.usage} service={service} />}
      </header>
      {failure && <FailureBox failure={failure} />}
      {answer?.usage.services.length === 0 && (
        <EmptyState
          title="Nothing is stored yet"
          text="What is built is kept here, for every later deploy and rollback."
          command="tracker build web"
        />
      )}
      {answer && answer.usage.services.length > 0 && (
        <>
          {service === undefined && <UsageSection services={answer.usage.services} />}
          <RulesSection rules={answer.rules} service={service} onChanged={changed} />
          <ArtifactsSection key={`${service ?? ''} ${round}`} service={service} onRemoved={changed} />
        </>
      )}
    </>
  )
}
