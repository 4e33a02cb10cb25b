import type { ReactElement } from 'react'
import type { BuildRecord } from '../../../../shared/domain/build-record.ts'
import { call } from '../api/client.ts'
import { getBuildRecord } from '../api/build-routes.ts'
import { useLive } from '../api/use-live.ts'
import { useLoad } from '../api/use-load.ts'
import { FailureBox } from '../ui/failure-box.tsx'
import { useTitle } from '../ui/title.ts'
import { BuildHeader } from './build-header.tsx'
import { buildSource, type BuildPageView } from './build-view.ts'
import { LogSection } from './log-section.tsx'
import { RecordSections } from './record-sections.tsx'
import { StepsSection } from './steps-section.tsx'

export const BuildPage = ({ id }: { id: number }): ReactElement => {
  const { view, failure } = useLive(() => buildSource(id))
  useTitle(`Build ${id}`)
  return (
    <>
      {failure && <FailureBox failure={failure} />}
      {view && (view.build.isKept ? <EndedBuild view={view} /> : <Build view={view} />)}
    </>
  )
}

const EndedBuild = ({ view }: { view: BuildPageView }): ReactElement => {
  const params = { id: view.build.id }
  const { answer, failure } = useLoad((signal) => call(getBuildRecord, { params }, signal))
  return (
    <>
      {failure && <FailureBox failure={failure} />}
      <Build view={view} record={answer} />
    </>
  )
}

/** Steps from the record once it is there: it has also those that the feed has lost. */
const Build = ({ view, record }: { view: BuildPageView; record?: BuildRecord | undefined }): ReactElement => (
  <>
    <BuildHeader build={view.build} made={record?.made} />
    <StepsSection steps={record?.steps ?? view.steps} />
    <LogSection view={view} />
    {record?.made && <RecordSections build={view.build} made={record.made} />}
  </>
)
