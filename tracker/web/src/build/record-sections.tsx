import { useState, type ReactElement } from 'react'
import type { BuildChanges, DependencyChange, SizeChange } from '../../../../shared/api/build-records.ts'
import type { BuildView } from '../../../../shared/api/builds.ts'
import type { Made } from '../../../../shared/domain/build-record.ts'
import { call } from '../api/client.ts'
import { getBuildChanges } from '../api/build-routes.ts'
import { useLoad } from '../api/use-load.ts'
import { Link } from '../router/link.tsx'
import { formatBytes } from '../text/bytes.ts'
import { counted } from '../text/counted.ts'
import { FailureBox } from '../ui/failure-box.tsx'

const shownFirst = 12

/** What is remembered of an artifact: what changed, what is inside, and where it comes from. */
export const RecordSections = ({ build, made }: { build: BuildView; made: Made }): ReactElement => (
  <>
    <ChangesSection id={build.id} />
    <InsideSection made={made} />
    <section aria-label="Origin" className="build-part">
      <h2>Origin</h2>
      <Document title="Manifest, as it is in the artifact" value={made.manifest} />
      <Document title="Provenance (SLSA, in an in-toto statement)" value={made.provenance} />
    </section>
  </>
)

const Document = ({ title, value }: { title: string; value: object }): ReactElement => (
  <details>
    <summary>{title}</summary>
    <pre className="document" tabIndex={0}>
      {JSON.stringify(value, null, 2)}
    </pre>
  </details>
)

const InsideSection = ({ made }: { made: Made }): ReactElement => {
  const [whole, setWhole] = useState(false)
  const shown = whole ? made.directories : made.directories.slice(0, shownFirst)
  const largest = Math.max(1, ...made.directories.map(({ size }) => size))
  const packages = made.dependencies.length + made.dependenciesLeftOut
  return (
    <section aria-label="Inside" className="build-part">
      <h2>Inside</h2>
      <p className="facts">
        <span>
          {formatBytes(made.unpackedSize)} in {counted(made.entries, 'entry', 'entries')}
        </span>
        <span>{counted(packages, 'package')}</span>
      </p>
      <ul className="bars">
        {shown.map(({ path, size, files }) => (
          <li key={path} className="tone-active">
            <span className="bar-name" title={counted(files, 'file')}>
              <span className="bar-text">{nameOf(path)}</span>
            </span>
            <span className="bar">
              <span style={{ width: `${(size / largest) * 100}%` }} />
            </span>
            <span className="bar-value number">{formatBytes(size)}</span>
          </li>
        ))}
      </ul>
      {made.directories.length > shownFirst && (
        <button type="button" className="link-button" onClick={() => setWhole(!whole)}>
          {whole
            ? 'Show the largest only'
            : `Show ${counted(made.directories.length - shownFirst, 'more directory', 'more directories')}`}
        </button>
      )}
    </section>
  )
}

const nameOf = (path: string): string => (path === '.' ? 'files at the top' : path)

const ChangesSection = ({ id }: { id: number }): ReactElement => {
  const { answer, failure } = useLoad((signal) => call(getBuildChanges, { params: { id } }, signal))
  return (
    <section aria-label="Changes" className="build-part">
      <h2>Changes</h2>
      {failure && <FailureBox failure={failure} />}
      {answer && <Changes changes={answer} />}
    </section>
  )
}

const Changes = ({ changes }: { changes: BuildChanges }): ReactElement => {
  const { since, dependencies, unpackedSize, directories } = changes
  if (since === undefined) return <p className="hint">There is no earlier build to compare it with.</p>
  return (
    <>
      <p className="facts">
        <span>
          since <Link to={`/builds/${since.build}`}>build {since.build}</Link> ({since.version})
        </span>
        {unpackedSize && <span>{difference(unpackedSize)} unpacked</span>}
        {dependencies.length === 0 && <span>the same packages</span>}
      </p>
      <Some items={dependencies} word="package" line={(change) => <DependencyLine change={change} />} />
      <Some items={directories} word="directory" line={(change) => <SizeLine change={change} />} />
    </>
  )
}

interface SomeProps<Item> {
  readonly items: readonly Item[]
  readonly word: 'package' | 'directory'
  readonly line: (item: Item) => ReactElement
}

const manyOf = { package: 'more packages', directory: 'more directories' }

const Some = <Item,>({ items, word, line }: SomeProps<Item>): ReactElement | null => {
  const [whole, setWhole] = useState(false)
  const hidden = whole ? 0 : Math.max(0, items.length - shownFirst)
  if (items.length === 0) return null
  return (
    <>
      <ul className="changes">
        {items.slice(0, items.length - hidden).map((item, index) => (
          <li key={index}>{line(item)}</li>
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" className="link-button" onClick={() => setWhole(true)}>
          Show {counted(hidden, `more ${word}`, manyOf[word])}
        </button>
      )}
    </>
  )
}

const DependencyLine = ({ change: { kind, name, from, to } }: { change: DependencyChange }): ReactElement => {
  const [word, tone] =
    from.length === 0
      ? (['new', 'good'] as const)
      : to.length === 0
        ? (['gone', 'bad'] as const)
        : (['changed', 'busy'] as const)
  return (
    <>
      <span className={`change-word tone-${tone}`}>{word}</span>
      <span className="change-name">{name}</span>
      <span className="number">
        {[from, to]
          .filter(({ length }) => length > 0)
          .map((versions) => versions.join(', '))
          .join(' → ')}
      </span>
      <span className="hint">{kind}</span>
    </>
  )
}

const SizeLine = ({ change }: { change: SizeChange }): ReactElement => (
  <>
    <span className="change-word number">{difference(change)}</span>
    <span className="change-name">{nameOf(change.path)}</span>
  </>
)

const difference = ({ from, to }: { from: number; to: number }): string =>
  `${to < from ? '−' : '+'}${formatBytes(Math.abs(to - from))}`
