import { expect, test } from 'vitest'
import { BuildView } from '../../../../shared/api/builds.ts'
import { Event } from '../../../../shared/domain/event.ts'
import { applyBuildEvents, maxLogLines, settleBuild } from './build-view.ts'

const build = BuildView.parse({
  id: 7,
  service: 'web',
  version: 'v2',
  commit: 'a'.repeat(40),
  subject: 'Say hello',
  isKept: false,
  state: 'building',
  cause: 'person',
  askedBy: 'ann',
  attempts: 1,
  createdAt: 1,
})

const log = (seq: number, ...texts: readonly string[]): Event =>
  Event.parse({
    seq,
    at: seq,
    kind: 'build.log',
    buildId: 7,
    data: { lines: texts.map((text) => ({ at: seq, stream: 'stdout', text })) },
  })

test('lines follow one another, each once', () => {
  const view = applyBuildEvents(settleBuild(build), [log(1, 'a', 'b'), log(2, 'c')])
  const again = applyBuildEvents(view, [log(2, 'c'), log(3, 'd')])
  expect(again.lines.map((line) => line.text)).toEqual(['a', 'b', 'c', 'd'])
})

test('a change of state asks for the build, and the answer keeps the log', () => {
  const state = Event.parse({ seq: 2, at: 2, kind: 'build.state', buildId: 7, data: { state: 'built' } })
  const view = applyBuildEvents(settleBuild(build), [log(1, 'a'), state])
  expect(view.stale).toBe(true)
  expect(settleBuild({ ...build, state: 'built' }, view)).toMatchObject({
    stale: false,
    seq: 2,
    build: { state: 'built' },
    lines: [{ text: 'a' }],
  })
})

test('a very long log loses its beginning, and says how much', () => {
  const many = Array.from({ length: maxLogLines + 3 }, (_, index) => String(index))
  const view = applyBuildEvents(settleBuild(build), [log(1, ...many)])
  expect(view.lines).toHaveLength(maxLogLines)
  expect(view.lines[0]?.text).toBe('3')
  expect(view.dropped).toBe(3)
})

test('a step that has ended takes the place of its beginning, and a new try begins anew', () => {
  const step = (seq: number, name: string, state: string): Event =>
    Event.parse({ seq, at: seq, kind: 'build.step', buildId: 7, data: { name, state, at: 1 } })
  const view = applyBuildEvents(settleBuild(build), [
    step(1, 'fetch', 'running'),
    step(2, 'fetch', 'done'),
    step(3, 'npm ci', 'running'),
  ])
  expect(view.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(['fetch done', 'npm ci running'])
  const again = Event.parse({ seq: 4, at: 4, kind: 'build.state', buildId: 7, data: { state: 'queued' } })
  expect(applyBuildEvents(view, [again, step(5, 'fetch', 'running')]).steps).toHaveLength(1)
})
