import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogLine } from '../../shared/domain/event.ts'
import { createLogger } from '../../shared/log.ts'
import { TemporaryDirectory } from '../../test/dev-env/temporary-directory.ts'
import { FullDisk } from '../../test/fixtures/full-disk.ts'
import { newBuild } from '../../test/fixtures/build-rows.ts'
import { beginBuild } from '../builds/move-build.ts'
import { Store } from '../db/store.ts'
import { answerPackers } from './packers.ts'

const [mine, other] = ['p000000000001', 'p000000000002']
let directory: TemporaryDirectory
let store: Store
let buildId: number
/** By the name of the message: what is done with one. */
let handlers: Map<string, (payload: object, from: { parameters: { packer: string } }) => void>

beforeEach(async () => {
  directory = await TemporaryDirectory.create()
  store = await Store.open(join(directory.path, 'tracker.db'))
  buildId = await store.write((writing) => {
    const id = writing.builds.insert(newBuild({ now: 1 }))
    beginBuild(writing, writing.builds.get(id)!, mine, 1)
    return id
  })
  handlers = new Map()
  const bus = {
    subscribe: vi.fn((message: { name: string }, _: unknown, handle: never) =>
      handlers.set(message.name, handle),
    ),
    serve: vi.fn(),
  }
  answerPackers(bus as never, store, { heartbeat: vi.fn(), finish: vi.fn() }, createLogger('test', 'silent'))
})
afterEach(async () => {
  store[Symbol.dispose]()
  await directory[Symbol.asyncDispose]()
})

/** Tells a line and a step. */
const tell = (packer: string, text: string): void => {
  const line: LogLine = { at: 1, stream: 'stdout', text }
  const step = { name: text, state: 'running', at: 1 }
  handlers.get('build-log')?.({ v: 1, buildId, lines: [line] }, { parameters: { packer } })
  handlers.get('build-step')?.({ v: 1, buildId, step }, { parameters: { packer } })
}
/** Once all that there is to write is written. */
const told = async (): Promise<unknown[]> => {
  await store.write(() => undefined)
  return store.read.events
    .list({}, 0, 100)
    .flatMap(({ kind, data }) =>
      kind === 'build.log' ? data.lines.map(({ text }) => text) : kind === 'build.step' ? [data.name] : [],
    )
}

test('what a packer tells of a build is kept, unless another one has it', async () => {
  tell(other, 'not mine')
  tell(mine, 'mine')
  expect(await told()).toEqual(['mine', 'mine'])
})

test('what cannot be written is lost, and nothing else', async () => {
  {
    using disk = new FullDisk(store)
    tell(mine, 'one')
    expect(disk.writes).toBe(2)
  }
  tell(mine, 'two')
  expect(await told()).toEqual(['two', 'two'])
})
