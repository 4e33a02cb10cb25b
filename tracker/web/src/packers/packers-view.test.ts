import { expect, test } from 'vitest'
import type { BuildView } from '../../../../shared/api/builds.ts'
import type { PackerView } from '../../../../shared/api/packers.ts'
import { buildsOf, forWhom, inOrder, machineText, placesText, specialLabels } from './packers-view.ts'

const packer = (name: string, more: Partial<PackerView> = {}): PackerView => ({
  id: 'p000000000001',
  name,
  state: 'ready',
  labels: { os: 'linux', arch: 'x64' },
  builds: [],
  ...more,
})
const silent = (name: string): PackerView => packer(name, { state: 'silent' })

test('those that are silent come first, the others by name as people count', () => {
  const packers = [packer('packer-10'), packer('packer-2'), silent('packer-9')]
  expect(inOrder(packers).map(({ name }) => name)).toEqual(['packer-9', 'packer-2', 'packer-10'])
})

test('places are those of packers that are there', () => {
  const busy = packer('a', { capacity: 2, builds: [7] })
  expect(placesText([busy, packer('b', { capacity: 1 }), silent('c')])).toBe('builds in 1 of 3 places')
  expect(placesText([silent('c')])).toBe('no packer is there to build')
})

test('labels are those that somebody gave; the kind of machine is told with its tools', () => {
  const special = packer('a', { labels: { os: 'linux', arch: 'arm64', gpu: 'yes' } })
  expect(specialLabels(special)).toBe('gpu=yes')
  expect(machineText(special, undefined)).toBe('linux arm64')
  const machine = { id: special.id, tools: { git: '2.39.5', node: '20.20.0' }, freeRoom: 40_000_000_000 }
  expect(machineText(special, machine)).toBe('linux arm64, git 2.39.5, node 20.20.0; 40.0 GB free')
})

test('of a silent packer that no label is known of, nothing is said', () => {
  expect(machineText({ labels: {} }, undefined)).toBe('')
})

test('a packer has those of the builds that it names', () => {
  const building = [{ id: 7 }, { id: 8 }] as BuildView[]
  const queue = { building, queued: [], waiting: 0 }
  expect(buildsOf(packer('a', { builds: [8, 9] }), queue).map(({ id }) => id)).toEqual([8])
})

test('it is said whether a deploy waits for it', () => {
  expect(forWhom({ cause: 'deploy', askedBy: 'ann' })).toBe('a deploy by ann')
  expect(forWhom({ cause: 'hook', askedBy: 'hook web-github' })).toBe('hook web-github')
})
