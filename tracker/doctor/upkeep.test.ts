import { expect, test } from 'vitest'
import type { UpkeepReport } from '../../shared/api/artifacts.ts'
import { examineUpkeep } from './upkeep.ts'

const none = { count: 0, bytes: 0 }
const found: UpkeepReport = {
  ...{ at: Date.UTC(2026, 2, 1, 14), leftovers: 0, records: [], missing: { count: 0, some: [] } },
  ...{ erased: none, orphans: none, recordsRemoved: none },
}
const well = { nextAt: 0, failingSince: null, error: null, found }

test('an upkeep that fails is a warning, with since when and why', () => {
  const failing = { ...well, failingSince: found.at, error: 'The store is away.' }
  expect(examineUpkeep(failing)).toMatchObject({
    status: 'warning',
    message: 'The upkeep of the artifact store fails since 2026-03-01T14:00:00.000Z: The store is away.',
  })
})

test('artifacts that are missing in the store are an error', () => {
  expect(
    examineUpkeep({ ...well, found: { ...found, missing: { count: 1, some: ['web@v1'] } } }),
  ).toMatchObject({ status: 'error', message: '1 artifact that is to be kept is not in the store: web@v1.' })
  expect(
    examineUpkeep({ ...well, found: { ...found, missing: { count: 9, some: ['web@v1', 'web@v2'] } } }),
  ).toMatchObject({
    message: '9 artifacts that are to be kept are not in the store: web@v1, web@v2 and 7 more.',
  })
})

test('all is well where it came through, and where it is still to come', () => {
  expect(examineUpkeep(well)).toMatchObject({ status: 'ok' })
  expect(examineUpkeep(undefined)).toMatchObject({ status: 'ok' })
})
