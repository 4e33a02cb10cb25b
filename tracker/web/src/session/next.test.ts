import { expect, test } from 'vitest'
import { nextAfterLogin, toLogin } from './next.ts'

const after = (next: string): string =>
  nextAfterLogin(new URL(`http://tracker/login?next=${encodeURIComponent(next)}`))

test('back to where one was', () => {
  const login = toLogin({ pathname: '/deploys/12', search: '?host=h1' })
  expect(nextAfterLogin(new URL(login, 'http://tracker'))).toBe('/deploys/12?host=h1')
})

test('from the login page itself, nothing is added', () => {
  expect(toLogin({ pathname: '/login', search: '?next=%2Fversions' })).toBe('/login?next=%2Fversions')
})

test.each(['https://evil.example/', '//evil.example/x', '/\\evil.example', 'javascript:alert(1)'])(
  'never to another site: %s',
  (next) => {
    expect(after(next)).toBe('/')
  },
)
