import { expect, test } from 'vitest'
import { DeployDetail } from '../../../../shared/api/deploys.ts'
import { Event } from '../../../../shared/domain/event.ts'
import { settleDeploy, type DeployPageView } from './deploy-view.ts'
import { phasesOf } from './phases.ts'
import { defaultRollout } from '../../../../shared/domain/rollout.ts'

const view = (
  state: string,
  hosts: readonly string[],
  past: readonly string[],
  {
    noCanary = false,
    ...changes
  }: { noCanary?: boolean } & Partial<Record<keyof DeployDetail, unknown>> = {},
): DeployPageView =>
  settleDeploy({
    detail: DeployDetail.parse({
      id: 1,
      service: 'web',
      version: 'v2',
      state,
      createdBy: 'ann',
      buildId: 7,
      createdAt: 1000,
      rollout: defaultRollout,
      selection: {},
      counts: {},
      total: hosts.length,
      targets: hosts.map((hostState, index) => ({
        hostId: `h${String(index).padStart(12, '0')}`,
        hostName: `web-${index}`,
        cluster: 'prod',
        state: hostState,
        version: 'v2',
        batch: noCanary ? 1 : Math.min(index, 1),
        confirmed: false,
        updatedAt: 5000 + index,
      })),
      warnings: [],
      restrictions: [],
      seq: 10,
      ...changes,
    }),
    build: undefined,
    history: past.map((name, index) =>
      Event.parse({ seq: index + 1, at: 1000 + index * 1000, kind: 'deploy.state', data: { state: name } }),
    ),
  })

const statuses = (shown: DeployPageView): readonly string[] => phasesOf(shown).map((phase) => phase.status)

test('while it builds, nothing else has begun', () => {
  expect(statuses(view('building', ['assigned', 'assigned'], ['planned', 'building']))).toEqual([
    'running',
    'waiting',
    'waiting',
    'waiting',
    'waiting',
  ])
})

test('an artifact from before needs no build', () => {
  const shown = view('staging', ['fetching', 'staged'], ['planned', 'staging'], { buildId: undefined })
  expect(statuses(shown)).toEqual(['not-needed', 'running', 'waiting', 'waiting', 'waiting'])
})

test('what waits for its time is built at once, and then nothing runs', () => {
  const shown = view('queued', ['assigned', 'assigned'], ['queued'])
  expect(statuses(shown)).toEqual(['running', 'waiting', 'waiting', 'waiting', 'waiting'])
  const built = { ...shown, deploy: { ...shown.deploy, buildId: undefined } }
  expect(statuses(built)).toEqual(['not-needed', 'waiting', 'waiting', 'waiting', 'waiting'])
})

test('rolling is first the canary, then the rest', () => {
  const past = ['planned', 'building', 'staging', 'rolling']
  expect(statuses(view('rolling', ['checking', 'staged'], past))[2]).toBe('running')
  expect(statuses(view('rolling', ['committed', 'staged'], past)).slice(2, 4)).toEqual(['passed', 'running'])
})

test('times: the canary ends when its last host does', () => {
  const past = ['planned', 'building', 'staging', 'rolling']
  const phases = phasesOf(view('rolling', ['committed', 'staged'], past))
  expect(phases[1]).toMatchObject({ from: 3000, to: 4000 })
  expect(phases[2]).toMatchObject({ from: 4000, to: 5000 })
  expect(phases[3]).toMatchObject({ from: 5000, to: undefined })
})

test('a success has passed everything', () => {
  const past = ['planned', 'building', 'staging', 'rolling', 'succeeded']
  expect(statuses(view('succeeded', ['committed', 'committed'], past, { endedAt: 9000 }))).toEqual(
    Array(5).fill('passed'),
  )
})

test('a failed build stops at the build', () => {
  const shown = view('failed', ['assigned', 'assigned'], ['planned', 'building', 'failed'], { endedAt: 3000 })
  expect(statuses(shown)).toEqual(['stopped', 'waiting', 'waiting', 'waiting', 'stopped'])
})

test('without canaries the rail says so', () => {
  const past = ['planned', 'staging', 'rolling']
  const shown = view('rolling', ['checking', 'checking'], past, {
    noCanary: true,
    buildId: undefined,
  })
  expect(statuses(shown)).toEqual(['not-needed', 'passed', 'not-needed', 'running', 'waiting'])
})

test('a canary that rolled back stops the deploy at the canary', () => {
  const past = ['planned', 'building', 'staging', 'rolling', 'rolled-back']
  const shown = view('rolled-back', ['rolled-back', 'staged'], past, { endedAt: 9000 })
  expect(statuses(shown)).toEqual(['passed', 'passed', 'stopped', 'waiting', 'stopped'])
})
