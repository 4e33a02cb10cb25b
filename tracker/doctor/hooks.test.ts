import { expect, test } from 'vitest'
import { examineHooks } from './hooks.ts'

const fine = { name: 'web-github', statusFailingSince: null, statusError: null }
const failing = {
  name: 'api-gitlab',
  statusFailingSince: Date.UTC(2026, 2, 1, 14),
  statusError: 'answered 401',
}

test('statuses that do not arrive are a warning, with since when and why', () => {
  expect(examineHooks([fine, failing])).toMatchObject({
    status: 'warning',
    message: 'Forges do not hear how builds go, of api-gitlab since 2026-03-01T14:00:00.000Z (answered 401).',
  })
})

test('all is well where they arrive, and where there are no hooks', () => {
  expect(examineHooks([fine])).toMatchObject({ status: 'ok', message: '1 hook takes pushes: web-github.' })
  expect(examineHooks([])).toMatchObject({ status: 'ok' })
})
