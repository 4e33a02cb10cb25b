import { useState, type ReactElement } from 'react'
import type { Amount, ServiceUsage } from '../../../../shared/api/artifacts.ts'
import { Link } from '../router/link.tsx'
import { formatBytes } from '../text/bytes.ts'
import { counted } from '../text/counted.ts'
import { growthText } from './storage-view.ts'

const shownFirst = 20

/** The largest first. */
export const UsageSection = ({ services }: { services: readonly ServiceUsage[] }): ReactElement => {
  const [whole, setWhole] = useState(false)
  const shown = whole ? services : services.slice(0, shownFirst)
  const largest = Math.max(1, ...services.map(({ artifacts }) => artifacts.bytes))
  return (
    <section aria-label="By service" className="build-part">
      <h2>By service</h2>
      <div className="scroll-x">
        <table className="plain numbers">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Artifacts</th>
              <th scope="col">Size</th>
              <th scope="col" aria-hidden="true" />
              <th scope="col">In use</th>
              <th scope="col">In 30 days</th>
              <th scope="col">Logs and records</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((usage) => (
              <UsageRow key={usage.service} usage={usage} largest={largest} />
            ))}
          </tbody>
        </table>
      </div>
      {services.length > shown.length && (
        <button type="button" className="link-button" onClick={() => setWhole(true)}>
          Show {counted(services.length - shown.length, 'more service')}
        </button>
      )}
    </section>
  )
}

const UsageRow = ({ usage, largest }: { usage: ServiceUsage; largest: number }): ReactElement => {
  const { service, artifacts, inUse, growth, records } = usage
  return (
    <tr>
      <th scope="row">
        <Link to={`/storage?service=${service}`}>{service}</Link>
      </th>
      <td>{artifacts.count}</td>
      <td>{formatBytes(artifacts.bytes)}</td>
      <td className="bar-cell tone-active" aria-hidden="true">
        <span className="bar">
          <span style={{ width: `${(artifacts.bytes / largest) * 100}%` }} />
        </span>
      </td>
      <td>{countAndSize(inUse)}</td>
      <td>{growth === 0 ? '–' : growthText(growth)}</td>
      <td>{countAndSize(records)}</td>
    </tr>
  )
}

const countAndSize = (amount: Amount | undefined): string =>
  amount === undefined || amount.count === 0 ? '–' : `${amount.count}, ${formatBytes(amount.bytes)}`
