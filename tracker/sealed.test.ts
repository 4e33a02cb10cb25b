import { expect, test } from 'vitest'
import { seal, unseal } from './sealed.ts'

const value = {
  token: 'at_secret',
  list: Array.from({ length: 1000 }, (_, index) => ({ host: `web-${index}` })),
}

test('a sealed value is read with its secret, and takes less room', () => {
  const sealed = seal(value, 'mine', 'a value')
  expect(unseal(sealed, 'mine', 'a value')).toEqual(value)
  expect(sealed.length).toBeLessThan(JSON.stringify(value).length / 2)
})

test('nobody else reads it', () => {
  const sealed = seal(value, 'mine', 'a value')
  expect(sealed.includes('at_secret')).toBe(false)
  expect(() => unseal(sealed, 'theirs', 'a value')).toThrow()
  sealed[20] = (sealed[20] ?? 0) ^ 1
  expect(() => unseal(sealed, 'mine', 'a value')).toThrow()
})

test('it is nothing else', () => {
  const sealed = seal(value, 'mine', 'a value')
  expect(() => unseal(sealed, 'mine', 'another value')).toThrow()
})
