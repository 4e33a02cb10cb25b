import { describe, expect, test } from 'vitest'
import { examineClocks, examineGrabbers, examineReporting, type HostCondition } from './hosts.ts'

const minute = 60_000

const host = (number: number, more: Partial<HostCondition> = {}): HostCondition => ({
  name: `web-${number}.prod`,
  state: 'reporting',
  clockAhead: 0,
  grabber: '0.1.0',
  ...more,
})

describe('hosts that do not report', () => {
  test('are named', () => {
    expect(
      examineReporting([host(1), host(2, { state: 'silent' }), host(3, { state: 'enrolled' }), host(4)]),
    ).toMatchObject({
      status: 'warning',
      message: '2 of 4 hosts do not report: web-2.prod, web-3.prod (never did).',
    })
  })

  test('are an error when it is all of them', () => {
    expect(examineReporting([host(1, { state: 'silent' })])).toMatchObject({ status: 'error' })
  })

  test('are not all named when they are many', () => {
    const silent = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => host(number, { state: 'silent' }))
    expect(examineReporting([...silent, host(9)]).message).toMatch(/web-5\.prod and 3 more\.$/)
  })
})

describe('clocks', () => {
  test('that are five minutes off are right', () => {
    expect(
      examineClocks([host(1, { clockAhead: 5 * minute }), host(2, { clockAhead: -5 * minute })]).status,
    ).toBe('ok')
  })

  test('that are more off are named', () => {
    expect(
      examineClocks([host(1, { clockAhead: 6 * minute }), host(2, { clockAhead: -60 * minute })]),
    ).toMatchObject({
      status: 'warning',
      message: 'The clocks of 2 hosts are wrong: web-1.prod is 6 min ahead, web-2.prod is 60 min behind.',
    })
  })

  test('by which every order has expired are an error', () => {
    expect(examineClocks([host(1, { clockAhead: 16 * minute })]).status).toBe('error')
  })
})

describe('grabbers', () => {
  test('that are all the same are well', () => {
    expect(examineGrabbers([host(1), host(2), host(3, { grabber: null })]).status).toBe('ok')
  })

  test('that are older than the newest are named', () => {
    expect(examineGrabbers([host(1, { grabber: '0.9.1' }), host(2, { grabber: '0.10.0' })])).toEqual({
      status: 'warning',
      message: '1 host does not run the newest grabber, 0.10.0: web-1.prod (0.9.1).',
      hint: 'Run: tracker deploy grabber@0.10.0 -H NAME',
    })
  })
})
