import type { ReactElement } from 'react'
import type { ArtifactUsage } from '../../../../shared/api/artifacts.ts'
import { plainText } from '../text/plain-text.ts'
import { Icon } from '../ui/icon.tsx'
import { Ago, Coming } from '../ui/time.tsx'
import { amountText, growthText, missingText, removedText, totalOf } from './storage-view.ts'

interface StorageFactsProps {
  readonly usage: ArtifactUsage
  readonly service: string | undefined
}

/** How much it is, and how its clean-ups go. */
export const StorageFacts = ({ usage: { services, upkeep }, service }: StorageFactsProps): ReactElement => {
  const { artifacts, growth } = totalOf(
    services.filter((usage) => service === undefined || usage.service === service),
  )
  const { last, nextAt, failingSince, error } = upkeep
  return (
    <>
      <p className="facts">
        <span>
          <strong>{amountText(artifacts)}</strong>
        </span>
        <span>{growthText(growth)} in 30 days</span>
        {last && (
          <span>
            cleaned up <Ago at={last.at} />: {removedText(last)}
          </span>
        )}
        <span>
          next clean-up <Coming at={nextAt} />
        </span>
      </p>
      {failingSince !== undefined && (
        <div className="notice tone-bad">
          <Icon name="cross" />
          <p>
            The clean-up has been failing since <Ago at={failingSince} />: {plainText(error ?? '')}
          </p>
        </div>
      )}
      {last && last.missing.count > 0 && (
        <div className="notice tone-bad">
          <Icon name="cross" />
          <div>
            <p>The store does not have what is to be kept: {plainText(missingText(last.missing))}.</p>
            <p className="hint">Bring it back into the store, or build it again.</p>
          </div>
        </div>
      )}
    </>
  )
}
