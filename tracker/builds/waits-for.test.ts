import { expect, test } from 'vitest'
import type { Labels } from '../../shared/domain/names.ts'
import type { PresentPacker } from './packers.ts'
import { waitsFor } from './waits-for.ts'

const web = (labels: Labels = {}) => ({ id: 7, service: 'web', labels })
const packer = (id: string, capacity = 1, labels: Labels = { os: 'linux' }): PresentPacker => ({
  ...{ id, capacity, labels },
  heardAt: 1,
})
const at = (id: string, service = 'api') => ({ packer: id, service })

test.each([
  ['No packer is there.', web(), [], []],
  ['No packer with gpu=yes is there.', web({ gpu: 'yes' }), [packer('p1')], []],
  ['Each packer is full.', web(), [packer('p1'), packer('p2')], [at('p1'), at('p2')]],
  [
    'Each packer with gpu=yes is full.',
    web({ gpu: 'yes' }),
    [packer('p1'), packer('p2', 1, { gpu: 'yes' })],
    [at('p2')],
  ],
  [
    'Each packer that has room builds web already, and does one build of a service at a time.',
    web(),
    [packer('p1', 2)],
    [at('p1', 'web')],
  ],
  ['Each packer would build it otherwise than it was asked for.', web(), [packer('unwilling')], []],
  ['Each packer is full.', web(), [packer('unwilling'), packer('p1')], [at('p1')]],
  ['A packer has room, and is being asked.', web(), [packer('p1', 2)], [at('p1')]],
])('%s', (sentence, build, packers, busy) => {
  expect(waitsFor(build, packers, busy, (_, packer) => packer === 'unwilling')).toBe(sentence)
})
