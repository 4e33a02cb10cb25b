import type { BuildQueue, BuildView } from '../../../../shared/api/builds.ts'
import type { PackerMachine, PackerView } from '../../../../shared/api/packers.ts'
import { labelsText } from '../../../../shared/domain/names.ts'
import { formatBytes } from '../text/bytes.ts'
import { counted } from '../text/counted.ts'
import { naturalOrder } from '../text/natural-order.ts'
import type { Look } from '../ui/looks.ts'

export const packerLooks: Record<PackerView['state'], Look> = {
  ready: { word: 'ready', icon: 'check', tone: 'good' },
  busy: { word: 'busy', icon: 'hammer', tone: 'busy' },
  silent: { word: 'silent', icon: 'moon', tone: 'bad' },
}

/** Those to see to first, then by name. */
export const inOrder = (packers: readonly PackerView[]): PackerView[] =>
  [...packers].sort(
    (a, b) => Number(b.state === 'silent') - Number(a.state === 'silent') || naturalOrder(a.name, b.name),
  )

/** `2 of 4 places taken by builds`: of the packers that are there. */
export const placesText = (packers: readonly PackerView[]): string => {
  const there = packers.filter(({ capacity }) => capacity !== undefined)
  const places = there.reduce((sum, { capacity = 0 }) => sum + capacity, 0)
  const taken = there.reduce((sum, { builds }) => sum + builds.length, 0)
  return places === 0 ? 'no packer is there to build' : `builds in ${taken} of ${counted(places, 'place')}`
}

/** Its labels, but those that say what kind of machine it is, which all have. */
export const specialLabels = ({ labels }: Pick<PackerView, 'labels'>): string => {
  const { os: _os, arch: _arch, ...others } = labels
  return labelsText(others)
}

/** `linux x64, node 20.20.0, npm 10.8.2; 40.0 GB free`. */
export const machineText = (
  { labels }: Pick<PackerView, 'labels'>,
  machine: PackerMachine | undefined,
): string => {
  const kind = [labels['os'], labels['arch']].filter((part) => part !== undefined).join(' ')
  if (!machine) return kind
  const tools = Object.entries(machine.tools).map((tool) => tool.join(' '))
  return `${[kind, ...tools].join(', ')}; ${formatBytes(machine.freeRoom)} free`
}

/** The builds that a packer has, as far as they are known. */
export const buildsOf = ({ builds }: PackerView, { building }: BuildQueue): BuildView[] =>
  building.filter(({ id }) => builds.includes(id))

/** For whom it is built: `a deploy by ann`, `ann`, `hook web-github`, `link to base`. */
export const forWhom = ({ cause, askedBy }: Pick<BuildView, 'cause' | 'askedBy'>): string =>
  cause === 'deploy' ? `a deploy by ${askedBy}` : askedBy
