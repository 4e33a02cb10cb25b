import { describe, expect, test } from 'vitest'
import { feedPath } from './events.ts'
import { api } from './index.ts'
import type { Route } from './route.ts'

const routes: [string, Route][] = Object.entries(api)

describe('the API', () => {
  test('has no two routes of one method and path', () => {
    const named = routes.map(([, { method, path }]) => `${method} ${path.replace(/:\w+/g, ':')}`)
    expect(new Set([...named, `GET ${feedPath}`]).size).toBe(named.length + 1)
  })

  test.each(routes)(
    '%s has a path under /api/v1 and describes every parameter in it',
    (_, { path, params }) => {
      expect(path).toMatch(/^\/api\/v1(\/([a-z-]+|:[a-z]+))+$/)
      const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name)
      expect(Object.keys(params?.shape ?? {})).toEqual(inPath)
    },
  )

  test.each(routes)('%s has a summary without a full stop, for the list of routes', (_, { summary }) => {
    expect(summary).toMatch(/^[A-Z].*[^.]$/)
  })

  test.each(routes.filter(([, { body }]) => body))(
    '%s refuses a field that it does not know',
    (_, { body }) => {
      const issues = body?.safeParse({ unheardOf: 1 }).error?.issues ?? []
      expect(issues.map(({ code }) => code)).toContain('unrecognized_keys')
    },
  )
})
