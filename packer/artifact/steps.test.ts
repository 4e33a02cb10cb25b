import { expect, test } from 'vitest'
import type { BuildStep } from '../../shared/domain/event.ts'
import { PersonError } from '../../shared/errors.ts'
import { Steps } from './steps.ts'

const told = () => {
  const steps: BuildStep[] = []
  return { steps, all: new Steps((step) => steps.push(step)) }
}
const refusal = () => Promise.reject(new PersonError('invalid', 'It is raining.', { hint: 'Wait.' }))

test('each step is told when it begins and when it has ended', async () => {
  const { steps, all } = told()
  expect(await all.take('npm ci', () => Promise.resolve(42), 'npm ci --omit=dev')).toBe(42)
  await expect(all.take('pack', refusal)).rejects.toThrow('It is raining.')
  expect(steps).toEqual([
    { name: 'npm ci', command: 'npm ci --omit=dev', state: 'running', at: expect.any(Number) as number },
    expect.objectContaining({ name: 'npm ci', state: 'done', tookMs: expect.any(Number) as number }),
    expect.objectContaining({ name: 'pack', state: 'running' }),
    expect.objectContaining({ name: 'pack', state: 'failed', tookMs: expect.any(Number) as number }),
  ])
})

test('a failure names the step that it came in, once', async () => {
  const { all } = told()
  const error = await all.take('pack', refusal).catch((caught: unknown) => all.nameIn(caught))
  expect(error).toMatchObject({ message: 'In the step pack: It is raining.', code: 'invalid', hint: 'Wait.' })
  const named = new PersonError('invalid', 'pack failed with exit code 1.')
  expect(all.nameIn(named)).toBe(named)
})

test('what goes wrong between two steps is left as it is', async () => {
  const { all } = told()
  await all.take('fetch', () => Promise.resolve())
  const error = new PersonError('invalid', 'There is no package.json.')
  expect(all.nameIn(error)).toBe(error)
})
