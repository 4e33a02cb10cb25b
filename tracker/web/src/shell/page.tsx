import type { ReactElement } from 'react'
import { BuildPage } from '../build/build-page.tsx'
import { BuildsPage } from '../builds/builds-page.tsx'
import { DeployPage } from '../deploy/deploy-page.tsx'
import { DeploysPage } from '../deploys/deploys-page.tsx'
import { HostsPage } from '../hosts/hosts-page.tsx'
import { PackersPage } from '../packers/packers-page.tsx'
import { ServicePage } from '../service/service-page.tsx'
import { ServicesPage } from '../services/services-page.tsx'
import { StoragePage } from '../storage/storage-page.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { VersionsPage } from '../versions/versions-page.tsx'

/** Which page an address is. */
export const Page = ({ address }: { address: URL }): ReactElement => {
  const [, place = '', id = ''] = address.pathname.split('/')
  const number = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : undefined
  if (place === '') return <DeploysPage service={address.searchParams.get('service') ?? undefined} />
  if (place === 'deploys' && number !== undefined) return <DeployPage key={number} id={number} />
  if (place === 'builds' && number !== undefined) return <BuildPage key={number} id={number} />
  if (place === 'builds' && id === '')
    return <BuildsPage service={address.searchParams.get('service') ?? undefined} />
  if (place === 'packers') return <PackersPage />
  if (place === 'storage') return <StoragePage service={address.searchParams.get('service') ?? undefined} />
  if (place === 'versions') return <VersionsPage query={address.searchParams} />
  if (place === 'services' && id !== '') return <ServicePage key={id} name={id} />
  if (place === 'services') return <ServicesPage />
  if (place === 'hosts') return <HostsPage />
  return <EmptyState title="There is no such page" text={`Nothing is at ${address.pathname}.`} />
}
