import { describe, expect, test } from 'vitest'
import type { Push } from './push.ts'
import { reasonNotToDeploy, reasonToSkip, watchedPaths } from './rules.ts'

const rules = { branches: [], tags: [], paths: [], source: 'github' } as const
const push = (ref: string, more: Partial<Push> = {}): Push => ({
  ref,
  message: 'Greet',
  repos: [],
  defaultBranch: 'trunk',
  ...more,
})

describe('which pushes are built', () => {
  test.each([
    [{}, 'refs/heads/trunk', true],
    [{}, 'refs/heads/main', false],
    [{}, 'refs/tags/v1', false],
    [{}, 'HEAD', true],
    [{ branches: ['release/*'] }, 'refs/heads/release/2', true],
    [{ branches: ['release/*'] }, 'refs/heads/release/2/a', false],
    [{ branches: ['release/*'] }, 'refs/heads/trunk', false],
    [{ branches: ['**'] }, 'refs/heads/a/b/c', true],
    [{ branches: ['main', 'stable'] }, 'refs/heads/stable', true],
    [{ branches: ['main'] }, 'HEAD', false],
    [{ tags: ['v*'] }, 'refs/tags/v1.2', true],
    [{ tags: ['v*'] }, 'refs/tags/nightly', false],
    [{ tags: ['v*'] }, 'refs/heads/trunk', false],
    [{ branches: ['v*'] }, 'refs/tags/v1', false],
    [{ branches: ['**'], tags: ['**'] }, 'refs/notes/commits', false],
  ])('%j: %s %s', (more, ref, isBuilt) => {
    expect(reasonToSkip({ ...rules, ...more }, push(ref)) === undefined).toBe(isBuilt)
  })

  test('main and master, where nobody says which the default branch is', () => {
    const { defaultBranch: _, ...unsaid } = push('refs/heads/master')
    expect(reasonToSkip(rules, unsaid)).toBeUndefined()
    expect(reasonToSkip(rules, { ...unsaid, ref: 'refs/heads/trunk' })).toBe(
      'Only branch main or master is built.',
    )
  })

  test('what is built instead is said', () => {
    const some = { ...rules, branches: ['main', 'release/*'], tags: ['v*'] }
    expect(reasonToSkip(some, push('refs/heads/x'))).toBe('Only branch main or release/*, tag v* is built.')
  })
})

describe('markers in the message of the head commit', () => {
  test.each(['Fix [skip ci]', 'Fix\n\n[CI SKIP]', '[no ci] Fix'])('%j: nothing is built', (message) => {
    expect(reasonToSkip(rules, push('refs/heads/trunk', { message }))).toMatch(
      /^The message of its commit says \[/,
    )
    expect(reasonToSkip({ ...rules, tags: ['v*'] }, push('refs/tags/v1', { message }))).toBeUndefined()
  })

  test('[skip deploy]: it is built, and not deployed', () => {
    const marked = push('refs/heads/trunk', { message: 'Fix [skip deploy]' })
    expect(reasonToSkip(rules, marked)).toBeUndefined()
    expect(reasonNotToDeploy(marked)).toBe('The message of its commit says [skip deploy].')
    expect(reasonNotToDeploy(push('refs/heads/trunk', { message: 'skip deploy' }))).toBeUndefined()
  })
})

test('of a monorepo the service’s path counts, and what is named beside it; nothing for a tag and a trigger', () => {
  const some = { ...rules, paths: ['package-lock.json', 'libs/**'] }
  const main = push('refs/heads/trunk')
  expect(watchedPaths(rules, '.', main)).toBeUndefined()
  expect(watchedPaths(rules, './svc/web/', main)).toEqual(['svc/web'])
  expect(watchedPaths(some, 'svc/web', main)).toEqual(['svc/web', 'package-lock.json', 'libs/**'])
  expect(watchedPaths(some, '.', main)).toEqual(['package-lock.json', 'libs/**'])
  expect(watchedPaths(some, 'svc/web', push('refs/tags/v1'))).toBeUndefined()
  expect(watchedPaths({ ...some, source: 'trigger' }, 'svc/web', main)).toBeUndefined()
})
