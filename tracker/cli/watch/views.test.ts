import { describe, expect, test } from 'vitest'
import type { DeployDetail } from '../../../shared/api/deploys.ts'
import { Event } from '../../../shared/domain/event.ts'
import {
  exampleDeploy,
  exampleTarget,
  hostIdOf,
  installEvent,
} from '../../../test/fixtures/example-deploy.ts'
import { painter } from '../output/palette.ts'
import { widthOf } from '../output/width.ts'
import { liveLines } from './live-lines.ts'
import { applyEvent, startProgress, type Progress } from './progress.ts'
import { stepLines } from './step-lines.ts'
import { summaryLines } from './summary.ts'

const now = 1_790_000_000_000
const paint = painter(false)
const frame = { columns: 80, rows: 24, now, paint, colour: false }
const at = { updatedAt: now - 2000 }
const deployOf = (
  targets: Parameters<typeof exampleDeploy>[0],
  more: Partial<DeployDetail> = {},
): DeployDetail => exampleDeploy(targets, { createdAt: now - 4000, ...more })

const mixed = [
  exampleTarget(1, 'committed', { ...at, confirmed: true }),
  exampleTarget(2, 'checking', at),
  exampleTarget(3, 'staged', at),
  exampleTarget(4, 'rolled-back', { ...at, error: 'The health check got 500.' }),
]

/** 200 hosts, 38 of which failed for one reason in words of their own. */
const oneCause = Array.from({ length: 200 }, (_, index) =>
  index < 38
    ? exampleTarget(index + 1, 'rolled-back', {
        failedAt: 'checking',
        error: `web-${index + 1}.prod: web ended by itself (exit code 1), worker ${index + 1}.`,
        said: ['Error: KEY is not set'],
      })
    : exampleTarget(index + 1, 'staged'),
)

describe('the live view', () => {
  test('has failures first, then what moves, what waits and what is done', () => {
    expect(liveLines(startProgress(deployOf(mixed)), frame)).toEqual([
      'Deploy 12  web v2  rolling  4s',
      '███████▒▒▒▒▒▒▒░░░░░░░░░░░░░░░░  1/4 done · 1 active · 1 waiting · 1 failed',
      '  ✗ web-4.prod  rolled-back   The health check got 500.',
      '  ● web-2.prod  checking      v1 → v2  2s',
      '  · web-3.prod  staged        v1 → v2',
      '  ✓ web-1.prod  committed     v1 → v2',
      '  Ctrl-C stops watching; the deploy goes on',
    ])
  })

  test.each([
    [80, 24],
    [40, 10],
    [20, 5],
    [200, 60],
  ])('of a thousand hosts fits into %i x %i', (columns, rows) => {
    const targets = Array.from({ length: 1000 }, (_, index) => {
      const failed = exampleTarget(index, 'failed', { error: 'x'.repeat(300) })
      return index % 10 === 0 ? failed : exampleTarget(index, 'staged')
    })
    const lines = liveLines(startProgress(deployOf(targets, { warnings: ['one', 'two'] })), {
      ...frame,
      columns,
      rows,
    })
    expect(lines.length).toBeLessThan(rows)
    expect(Math.max(...lines.map(widthOf))).toBeLessThan(columns)
  })

  test('has 38 failures of one cause as one block, and room for the others', () => {
    expect(liveLines(startProgress(deployOf(oneCause)), { ...frame, rows: 10 }).slice(2)).toEqual([
      '  ✗ 38 hosts      rolled-back   while checking: web-1.prod: web ended by itsel…',
      '      | Error: KEY is not set',
      '      differs: worker 1 (web-1.prod), 2 (web-2.prod), 3 (web-3.prod), 4 (web-4…',
      '      web-1.prod, web-2.prod, web-3.prod, web-4.prod, web-5.prod and 33 more',
      '  · web-39.prod   staged        v1 → v2',
      '  … and 161 more hosts: 161 staged',
      '  Ctrl-C stops watching; the deploy goes on',
    ])
  })

  test('has a host that goes back with the whole deploy among the hosts, not among the causes', () => {
    const back = exampleTarget(5, 'rolling-back', { ...at, failedAt: 'committed' })
    expect(liveLines(startProgress(deployOf([...mixed, back])), frame).slice(2, 4)).toEqual([
      '  ✗ web-4.prod  rolled-back   The health check got 500.',
      '  ✗ web-5.prod  rolling-back  v1 → v2',
    ])
  })

  test('says how many hosts it has no room for, and in which states', () => {
    const targets = Array.from({ length: 30 }, (_, index) =>
      exampleTarget(index, index < 20 ? 'staged' : 'committed'),
    )
    const lines = liveLines(startProgress(deployOf(targets)), { ...frame, rows: 10 })
    expect(lines.at(-2)).toBe('  … and 25 more hosts: 15 staged, 10 committed')
  })

  test('shows the end of the build log while it builds', () => {
    const progress = startProgress(deployOf(mixed, { state: 'building', buildId: 7 }))
    const lines = Array.from({ length: 300 }, (_, index) => ({
      at: now,
      stream: 'stdout' as const,
      text: `line ${index}`,
    }))
    applyEvent(progress, { kind: 'build.log', seq: 1, at: now, buildId: 7, data: { lines } })
    expect(progress.buildTail).toHaveLength(200)
    expect(liveLines(progress, frame).filter((line) => line.startsWith('  | '))).toEqual(
      lines.slice(-8).map(({ text }) => `  | ${text}`),
    )
  })

  test('shows nothing of a host’s that could move the cursor', () => {
    const targets = [exampleTarget(1, 'failed', { error: 'a\u001b[2J\u009b1;1H\rb\u202e' })]
    expect(liveLines(startProgress(deployOf(targets)), frame)[2]).toBe('  ✗ web-1.prod  failed        ab')
  })
})

describe('progress', () => {
  const eventAt = (seq: number): Event => Event.parse({ ...installEvent(2, 'committed'), seq, at: now })

  test('goes on by events after the view it began with, and not by older ones', () => {
    const progress = startProgress(deployOf(mixed, { seq: 10 }))
    applyEvent(progress, eventAt(10))
    expect(progress.hosts.get(hostIdOf(2))?.state).toBe('checking')
    applyEvent(progress, eventAt(11))
    expect(progress.hosts.get(hostIdOf(2))?.state).toBe('committed')
  })

  test('keeps what an old event tells of a failure', () => {
    const progress = startProgress(deployOf(mixed, { seq: 10 }))
    const failure = installEvent(4, 'rolled-back', { error: 'no', output: ['TypeError: x'] })
    applyEvent(progress, Event.parse({ ...failure, seq: 3, at: now }))
    expect(progress.hosts.get(hostIdOf(4))).toMatchObject({ output: ['TypeError: x'], error: 'no' })
  })
})

describe('the summary', () => {
  test('has the failure, what the service said, the counts and the next commands', () => {
    const progress = startProgress(
      deployOf(mixed, { state: 'partial', endedAt: now, error: 'One host rolled back.' }),
    )
    const failure = installEvent(4, 'rolled-back', { output: ['TypeError: x is not a function'] })
    applyEvent(progress, Event.parse({ ...failure, seq: 3, at: now }))
    expect(summaryLines(progress, 'partial', now, paint, false)).toEqual([
      '  ✗ web-4.prod  rolled-back   The health check got 500.',
      '      | TypeError: x is not a function',
      'Deploy 12  web v2  partial in 4.0s',
      '  4 hosts: 1 committed, 1 checking, 1 staged, 1 rolled-back',
      '  One host rolled back.',
      '  logs:  tracker logs 12 --host web-4.prod',
      '  retry: tracker retry 12',
      '  undo:  tracker rollback 12',
    ])
  })

  test('of 38 failures with one cause tells it once', () => {
    const progress = startProgress(deployOf(oneCause, { state: 'rolled-back', endedAt: now }))
    expect(summaryLines(progress, 'rolled-back', now, paint, false)).toEqual([
      '38 hosts did not come through, one cause',
      '  ✗ 38 hosts  rolled-back   while checking: web-1.prod: web ended by itself (exit code 1), worker 1.',
      '      | Error: KEY is not set',
      '      differs: worker 1 (web-1.prod), 2 (web-2.prod), 3 (web-3.prod), 4 (web-4.prod) and 34 other values',
      '      web-1.prod, web-2.prod, web-3.prod, web-4.prod, web-5.prod and 33 more',
      'Deploy 12  web v2  rolled-back in 4.0s',
      '  200 hosts: 38 rolled-back, 162 staged',
      '  logs:  tracker logs 12 --host web-1.prod',
      '  retry: tracker retry 12',
    ])
  })

  test('of one cause has all that one host’s service said, of several what sets each apart', () => {
    const said = { output: ['starting', 'Error: KEY is not set', 'bye'] }
    const fail = (progress: Progress, number: number, error: string, seq: number): void =>
      applyEvent(
        progress,
        Event.parse({ ...installEvent(number, 'rolling-back', { error, ...said }), seq, at: now }),
      )
    const progress = startProgress(deployOf([exampleTarget(1, 'checking'), exampleTarget(2, 'starting')]))
    fail(progress, 1, 'It died.', 1)
    expect(summaryLines(progress, 'rolled-back', now, paint, false).slice(0, 6)).toEqual([
      '  ✗ web-1.prod  rolling-back  while checking: It died.',
      '      | Error: KEY is not set',
      '    web-1.prod said last:',
      '      | starting',
      '      | Error: KEY is not set',
      '      | bye',
    ])
    fail(progress, 2, 'It is full.', 2)
    expect(summaryLines(progress, 'rolled-back', now, paint, false).slice(0, 4)).toEqual([
      '2 hosts did not come through, 2 causes',
      '  ✗ web-1.prod  rolling-back  while checking: It died.',
      '  ✗ web-2.prod  rolling-back  while starting: It is full.',
      'Deploy 12  web v2  rolled-back in 4.0s',
    ])
  })

  test('of leaving says how to come back and how to cancel', () => {
    expect(summaryLines(startProgress(deployOf(mixed.slice(0, 3))), 'detached', now, paint, false)).toEqual([
      'Detached; deploy 12 goes on.',
      '  watch it:  tracker watch 12',
      '  cancel it: tracker cancel 12',
    ])
  })
})

test('a step is one plain line, its output beneath it', () => {
  const step = installEvent(1, 'failed', { tookMs: 94, error: 'no\nway', output: ['\u001b[31mred\u001b[0m'] })
  const lines = stepLines(Event.parse({ ...step, seq: 1, at: now }), paint, 10)
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d {2}web-1\.prod {2}failed \(after 94ms\): no way$/)
  expect(lines[1]?.trim()).toBe('| red')
})
