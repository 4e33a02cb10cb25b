import { expect, test } from 'vitest'
import { examineNotifiers } from './notifiers.ts'

const fine = { name: 'chat', failingSince: null, error: null }
const failing = { name: 'ops', failingSince: Date.UTC(2026, 2, 1, 14), error: 'answered 500' }

test('notifications that do not arrive are a warning, with since when and why', () => {
  expect(examineNotifiers([fine, failing])).toEqual({
    status: 'warning',
    message: 'Notifications do not arrive at ops since 2026-03-01T14:00:00.000Z (answered 500).',
    hint: 'Once that is mended: tracker notify test ops',
  })
})

test('all is well where they arrive, and where there are none', () => {
  expect(examineNotifiers([fine])).toMatchObject({ status: 'ok', message: 'Notifications arrive at chat.' })
  expect(examineNotifiers([])).toMatchObject({ status: 'ok' })
})
