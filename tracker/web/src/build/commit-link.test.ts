import { expect, test } from 'vitest'
import { commitLink } from './commit-link.ts'

test.each([
  ['git+https://git.example/team/web.git', 'https://git.example/team/web/commit/abc'],
  ['git+https://git.example/team/web', 'https://git.example/team/web/commit/abc'],
  ['git+ssh://git@git.example/team/web.git', undefined],
  ['git+file:///srv/web', undefined],
  ['javascript:alert(1)', undefined],
])('%s', (repo, link) => {
  expect(commitLink(repo, 'abc')).toBe(link)
})
