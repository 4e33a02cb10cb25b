import { execa } from 'execa'
import { expect, test } from 'vitest'
import * as z from 'zod'

const Report = z.object({
  rounds: z.int(),
  faults: z.record(z.string(), z.int()),
  violations: z.array(z.unknown()),
  seed: z.string(),
})

test('a few rounds of a fixed seed break no promise', async () => {
  const { stdout } = await execa('scripts/faults', ['--rounds', '4', '--seed', 'short', '--json'], {
    reject: false,
    stderr: 'inherit',
  })
  const report = Report.parse(JSON.parse(stdout.split('\n').at(-1) ?? ''))
  expect(report).toMatchObject({ rounds: 4, violations: [], seed: 'short' })
  expect(Object.keys(report.faults).length).toBeGreaterThan(3)
}, 120_000)
