import type { ReactElement } from 'react'
import { describePlace } from '../../../../shared/domain/place.ts'
import type { Restriction } from '../../../../shared/domain/restriction.ts'
import { plainText } from '../text/plain-text.ts'
import { Icon } from '../ui/icon.tsx'
import { useNow } from '../ui/now.ts'
import { Coming } from '../ui/time.tsx'

/** What keeps deploys from beginning: who, why and until when. Each goes away by itself when it is over. */
export const RestrictionNotices = ({ of }: { of: readonly Restriction[] }): ReactElement => {
  const now = useNow()
  return (
    <>
      {of
        .filter(({ until }) => now < until)
        .map((restriction) => (
          <RestrictionNotice key={restriction.text} restriction={restriction} />
        ))}
    </>
  )
}

const RestrictionNotice = ({ restriction }: { restriction: Restriction }): ReactElement => {
  const { kind, name, owner, reason, until } = restriction
  return (
    <div className="notice tone-warning">
      <Icon name={kind === 'lock' ? 'lock' : 'snow'} />
      <div>
        <p>
          <strong>
            {describePlace(restriction)} is {kind === 'lock' ? 'locked' : 'frozen'}
          </strong>{' '}
          by {kind === 'lock' ? owner : `${name}, a freeze of ${owner}`}: “{plainText(reason)}”
        </p>
        <p className="hint">
          No deploy begins before <Coming at={until} />.
        </p>
      </div>
    </div>
  )
}
