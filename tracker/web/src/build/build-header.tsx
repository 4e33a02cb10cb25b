import type { ReactElement } from 'react'
import type { BuildView } from '../../../../shared/api/builds.ts'
import type { Made } from '../../../../shared/domain/build-record.ts'
import { buildLooks } from '../deploys/deploy-looks.ts'
import { Link } from '../router/link.tsx'
import { formatBytes } from '../text/bytes.ts'
import { counted } from '../text/counted.ts'
import { plainText } from '../text/plain-text.ts'
import { CopyCommand } from '../ui/copy-command.tsx'
import { Icon } from '../ui/icon.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Ago, Took } from '../ui/time.tsx'
import { BuildActions } from './build-actions.tsx'
import { commitLink } from './commit-link.ts'

interface BuildHeaderProps {
  readonly build: BuildView
  readonly made: Made | undefined
}

export const BuildHeader = ({ build, made }: BuildHeaderProps): ReactElement => (
  <header className="page-header">
    <div className="headline">
      <h1>
        Build {build.id}: {build.service}
        <span className="version">@{build.version}</span>
      </h1>
      <StateBadge look={buildLooks[build.state]} />
      <BuildActions build={build} />
    </div>
    <p className="facts">
      <span>
        <CommitName build={build} made={made} /> {plainText(build.subject)}
      </span>
      <span>
        by {build.askedBy}, <Ago at={build.createdAt} />
      </span>
      <Course build={build} />
      <Before build={build} />
      {build.size !== undefined && <span>{formatBytes(build.size)}</span>}
      {build.digest !== undefined && (
        <span title={build.digest}>
          sha256 <code>{build.digest.slice(0, 12)}</code>
        </span>
      )}
      <span>
        <Link to={`/?service=${build.service}`}>its deploys</Link>
      </span>
      <span>
        <Link to={`/builds?service=${build.service}`}>its builds</Link>
      </span>
      <CopyCommand
        command={
          build.endedAt === undefined ? `tracker builds watch ${build.id}` : `tracker builds show ${build.id}`
        }
      />
    </p>
    {build.error !== undefined && (
      <div className="notice tone-bad">
        <Icon name="cross" />
        <p>{plainText(build.error)}</p>
      </div>
    )}
  </header>
)

/** Where it is, or was built, and for how long. */
const Course = ({ build }: { build: BuildView }): ReactElement => {
  const { startedAt, endedAt, packer, ahead } = build
  if (startedAt === undefined || build.state === 'queued')
    return <span>waits for a packer{ahead ? `, ${counted(ahead, 'build')} before it` : ''}</span>
  return (
    <span>
      {endedAt === undefined ? 'running for' : 'took'} <Took from={startedAt} to={endedAt} />
      {packer === undefined ? '' : ` on ${packer}`}
    </span>
  )
}

/** What a rebuild was for: whether the same commit gives the same bytes. */
const Before = ({ build: { before } }: { build: BuildView }): ReactElement | null =>
  before ? (
    <span>
      {before.same ? 'the same bytes as' : 'other bytes than'}{' '}
      <Link to={`/builds/${before.id}`}>build {before.id}</Link>
    </span>
  ) : null

const CommitName = ({ build, made }: BuildHeaderProps): ReactElement => {
  const name = <code>{build.commit.slice(0, 12)}</code>
  const source = made?.provenance.predicate.buildDefinition.resolvedDependencies[0].uri
  const address = source === undefined ? undefined : commitLink(source, build.commit)
  return address === undefined ? (
    name
  ) : (
    <a href={address} rel="noreferrer">
      {name}
    </a>
  )
}
