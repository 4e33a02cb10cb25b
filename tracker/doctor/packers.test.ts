import { expect, test } from 'vitest'
import { examineSandboxes, type PackerAnswer } from './packers.ts'

const answer = (name: string, sandbox: boolean): PackerAnswer & { name: string } => ({
  ...{ v: 1, packer: 'p0123456789ab', tools: {}, freeRoom: 1e9 },
  name,
  sandbox,
})

test('packers whose builds run without a sandbox are a warning, by name', () => {
  const answers = [answer('packer-1', true), answer('packer-2', false)]
  expect(examineSandboxes({ enrolled: [], answers })).toMatchObject({
    status: 'warning',
    message:
      'Builds on packer-2 run without a sandbox: packages that they install can read the packer’s keys.',
  })
})

test('all is well where all have one', () => {
  expect(examineSandboxes({ enrolled: [], answers: [answer('packer-1', true)] })).toMatchObject({
    status: 'ok',
  })
})
