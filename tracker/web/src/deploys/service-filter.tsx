import type { ReactElement } from 'react'
import { call } from '../api/client.ts'
import { listServices } from '../api/routes.ts'
import { useLoad } from '../api/use-load.ts'

interface ServiceFilterProps {
  readonly service: string | undefined
  readonly onChange: (service: string | undefined) => void
}

export const ServiceFilter = ({ service, onChange }: ServiceFilterProps): ReactElement => {
  const { answer } = useLoad((signal) => call(listServices, {}, signal))
  const known = answer?.services.map(({ name }) => name) ?? []
  const names = service === undefined || known.includes(service) ? known : [service, ...known]
  return (
    <label className="filter">
      <span>Service</span>
      <select value={service ?? ''} onChange={({ target }) => onChange(target.value || undefined)}>
        <option value="">All</option>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}
