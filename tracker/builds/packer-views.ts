import type { PackerView } from '../../shared/api/packers.ts'
import type { Tables } from '../db/store.ts'
import type { BuildDesk } from './build-desk.ts'

/** All that are enrolled, by name. */
export const packerViews = (
  tables: Pick<Tables, 'agents' | 'builds'>,
  desk: Pick<BuildDesk, 'packers' | 'heardAt'>,
): PackerView[] => {
  const present = new Map(desk.packers().map((packer) => [packer.id, packer]))
  const building = tables.builds.running().filter(({ state }) => state === 'building')
  return tables.agents
    .list()
    .filter(({ kind }) => kind === 'packer')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ id, name, labels }) => {
      const packer = present.get(id)
      const builds = building.filter((build) => build.packer === id).map((build) => build.id)
      const heardAt = desk.heardAt(id)
      const heard = heardAt === undefined ? {} : { heardAt }
      if (!packer) return { id, name, state: 'silent', labels, builds, ...heard }
      const { capacity } = packer
      const state = builds.length < capacity ? 'ready' : 'busy'
      return { id, name, state, labels: packer.labels, capacity, builds, ...heard }
    })
}
