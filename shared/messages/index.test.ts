import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type * as z from 'zod'
import { calls, messages } from './index.ts'
import { orderMessage } from './order.ts'

/** Every shape that goes over the wire, with an example of it. */
const shapes: [string, z.ZodType, unknown][] = [
  ...messages.map(({ name, payload, example }): [string, z.ZodType, unknown] => [name, payload, example]),
  ...calls.flatMap(({ name, request, reply, example }): [string, z.ZodType, unknown][] => [
    [`${name} request`, request, example.request],
    [`${name} reply`, reply, example.reply],
  ]),
]

describe.each(shapes)('%s', (_, schema, example) => {
  test('has an example that it accepts', () => {
    expect(schema.safeParse(example)).toMatchObject({ success: true })
  })

  test('refuses a field that it does not know', () => {
    expect(schema.safeParse({ ...(example as object), unheardOf: 1 }).success).toBe(false)
  })
})

// An order's version is inside what is signed.
const versioned = shapes.filter(([name]) => name !== orderMessage.name)

test.each(versioned)('%s refuses a version that it does not know', (_, schema, example) => {
  expect(schema.safeParse({ ...(example as object), v: 2 }).success).toBe(false)
  expect(schema.safeParse({ ...(example as object), v: undefined }).success).toBe(false)
})

describe('the registry', () => {
  const all = [...messages, ...calls]

  test('has every message and call that is defined', () => {
    const defined = readdirSync(import.meta.dirname)
      .filter((file) => !file.endsWith('.test.ts') && file !== 'define.ts')
      .flatMap(
        (file) =>
          readFileSync(`${import.meta.dirname}/${file}`, 'utf8').match(/= define(Message|Call)\(/g) ?? [],
      )
    expect(all).toHaveLength(defined.length)
  })

  test.each(['name', 'subject'] as const)('gives each a %s of its own', (property) => {
    expect(new Set(all.map((entry) => entry[property])).size).toBe(all.length)
  })

  test('keeps every subject under at.v1', () => {
    expect(all.filter(({ subject }) => !/^at\.v1(\.([a-z-]+|\{[a-z]+\}))+$/.test(subject))).toEqual([])
  })
})
