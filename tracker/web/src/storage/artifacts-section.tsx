import { useState, type ReactElement } from 'react'
import type { ArtifactList, ArtifactView } from '../../../../shared/api/artifacts.ts'
import { listArtifacts } from '../api/artifact-routes.ts'
import { call } from '../api/client.ts'
import { useLoad } from '../api/use-load.ts'
import { formatBytes } from '../text/bytes.ts'
import { counted } from '../text/counted.ts'
import { plainText } from '../text/plain-text.ts'
import { FailureBox } from '../ui/failure-box.tsx'
import { Ago } from '../ui/time.tsx'
import { PruneNow } from './prune-now.tsx'
import { amountText } from './storage-view.ts'

/** As many as the API gives at once. */
const most = 1000
const shownFirst = 50

interface ArtifactsSectionProps {
  readonly service: string | undefined
  readonly onRemoved: () => void
}

/** What goes with the next clean-up; of one service also what stays, and why. */
export const ArtifactsSection = ({ service, onRemoved }: ArtifactsSectionProps): ReactElement => {
  const query = { service, limit: most, ...(service === undefined ? { kept: 'false' as const } : {}) }
  const { answer, failure } = useLoad((signal) => call(listArtifacts, { query }, signal))
  const [asked, setAsked] = useState(false)
  return (
    <section aria-label="Artifacts" className="build-part">
      <div className="headline">
        <h2>{service === undefined ? 'What goes next' : `Artifacts of ${service}`}</h2>
        {answer && answer.go.count > 0 && (
          <div className="actions">
            <button type="button" className="button" onClick={() => setAsked(true)}>
              Remove now
            </button>
          </div>
        )}
      </div>
      {failure && <FailureBox failure={failure} />}
      {answer && <p className="hint">{goText(answer)}</p>}
      {answer && answer.artifacts.length > 0 && <ArtifactsTable list={answer} service={service} />}
      {asked && answer && (
        <PruneNow service={service} go={answer.go} onRemoved={onRemoved} onClose={() => setAsked(false)} />
      )}
    </section>
  )
}

const goText = ({ stay, go }: ArtifactList): string =>
  go.count === 0
    ? `Nothing goes: ${amountText(stay)}, all kept.`
    : `The next clean-up removes ${amountText(go)}; ${amountText(stay)}, stay.`

const ArtifactsTable = ({
  list: { artifacts },
  service,
}: {
  list: ArtifactList
  service: string | undefined
}): ReactElement => {
  const [whole, setWhole] = useState(false)
  const shown = whole ? artifacts : artifacts.slice(0, shownFirst)
  return (
    <>
      <div className="scroll-x">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Artifact</th>
              <th scope="col">Commit</th>
              <th scope="col">Size</th>
              <th scope="col">Built</th>
              {service !== undefined && <th scope="col">Why it stays</th>}
            </tr>
          </thead>
          <tbody>
            {shown.map((artifact) => (
              <ArtifactRow key={artifact.digest} artifact={artifact} withReasons={service !== undefined} />
            ))}
          </tbody>
        </table>
      </div>
      {artifacts.length > shown.length && (
        <button type="button" className="link-button" onClick={() => setWhole(true)}>
          Show {counted(artifacts.length - shown.length, 'more', 'more')}
        </button>
      )}
      {whole && artifacts.length === most && (
        <p className="hint">These are the first {counted(most, 'artifact')}.</p>
      )}
    </>
  )
}

const ArtifactRow = ({
  artifact,
  withReasons,
}: {
  artifact: ArtifactView
  withReasons: boolean
}): ReactElement => {
  const { service, version, commit, size, createdAt, keptBecause, digest } = artifact
  return (
    <tr>
      <th scope="row" title={`sha256 ${digest}`}>
        {service}
        <span className="version">@{version}</span>
      </th>
      <td>
        <code>{commit.slice(0, 10)}</code>
      </td>
      <td className="number">{formatBytes(size)}</td>
      <td>
        <Ago at={createdAt} />
      </td>
      {withReasons && (
        <td className="wraps">
          {keptBecause.length === 0 ? (
            <strong className="goes">goes next</strong>
          ) : (
            plainText(keptBecause.join('; '))
          )}
        </td>
      )}
    </tr>
  )
}
