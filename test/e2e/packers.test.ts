import { join } from 'node:path'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelBuild, getBuild, startBuild, type BuildView } from '../../shared/api/builds.ts'
import { listPackers } from '../../shared/api/packers.ts'
import { listEvents } from '../../shared/api/events.ts'
import { registerService } from '../../shared/api/services.ts'
import { startPacker } from '../dev-env/packer.ts'
import { eventually } from '../dev-env/poll.ts'
import type { Program } from '../dev-env/program.ts'
import { Repo } from '../dev-env/repo.ts'
import { TemporaryDirectory } from '../dev-env/temporary-directory.ts'
import { Tracker } from '../dev-env/tracker.ts'

let directory: TemporaryDirectory
let tracker: Tracker
const packers = new Map<string, Program>()

beforeAll(async () => {
  directory = await TemporaryDirectory.create()
  tracker = await Tracker.start({ directory: directory.path })
  for (const [name, labels] of [
    ['packer-1', {}],
    ['packer-2', { gpu: 'yes' }],
  ] as const) {
    packers.set(name, await startPacker({ tracker, directory: directory.path, name, capacity: 1, labels }))
  }
})
afterAll(async () => {
  for (const packer of packers.values()) await packer[Symbol.asyncDispose]()
  await tracker[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

/** Waits for a file before it ends, so that a test decides when that is. */
const gatedBuild = (name: string, more = ''): string => `service: ${name}
build: { type: command, command: 'echo begun; while [ ! -e ${gateOf(name)} ]; do sleep 0.05; done; echo made > made', output: [made]${more} }
run: { command: cat made }
`
const gateOf = (name: string): string => join(directory.path, `${name}-gate`)

const begun = async (name: string, more?: string): Promise<BuildView> => {
  const repo = await Repo.create(join(directory.path, 'repos', name))
  await repo.commit({ 'service.yaml': gatedBuild(name, more) }, 'v1')
  await tracker.call(registerService, { body: { name, repo: repo.path } })
  return (await tracker.call(startBuild, { body: { service: name } })).build
}

const buildOf = (id: number): Promise<BuildView> => tracker.call(getBuild, { params: { id } })

const isAtWork = async ({ id }: BuildView): Promise<string> => {
  await eventually(`build ${id} to run`, async () => {
    const { events } = await tracker.call(listEvents, { query: { build: id, since: 0, limit: 1000 } })
    return events.some(
      (event) => event.kind === 'build.log' && event.data.lines.some(({ text }) => text === 'begun'),
    )
  })
  return (await buildOf(id)).packer ?? ''
}

test('a build goes to a packer with its labels and room, and a third waits for its turn', async () => {
  const special = await begun('special', ', on: { gpu: "yes" }')
  expect(await isAtWork(special)).toBe('packer-2')
  const plain = await begun('plain')
  expect(await isAtWork(plain)).toBe('packer-1')
  const third = await begun('third')
  expect(await buildOf(third.id)).toMatchObject({ state: 'queued', ahead: 0 })
  const { packers: seen } = await tracker.call(listPackers, {})
  expect(seen).toMatchObject([
    { name: 'packer-1', state: 'busy', builds: [plain.id], labels: { os: 'linux' } },
    { name: 'packer-2', state: 'busy', builds: [special.id], labels: { os: 'linux', gpu: 'yes' } },
  ])
  await tracker.call(cancelBuild, { params: { id: special.id }, body: {} })
  expect(await isAtWork(third)).toBe('packer-2')
  for (const { id } of [plain, third]) await tracker.call(cancelBuild, { params: { id }, body: {} })
  for (const name of packers.keys())
    await eventually(
      `nothing left at ${name}`,
      async () => (await readdir(join(directory.path, name, 'build'))).length === 0,
    )
})

test('two packers make the same bytes of the same commit', async () => {
  const repo = await Repo.create(join(directory.path, 'repos', 'same'))
  const files = {
    'service.yaml': 'service: same\nbuild: { type: python }\nrun: { command: python3 app.py }\n',
    'app.py': 'print("the same")\n',
    'lib/greet.py': 'def greet(): return "hello"\n',
  }
  await repo.commit(files, 'v1')
  await tracker.call(registerService, { body: { name: 'same', repo: repo.path } })
  const builtBeside = async (busy: BuildView, rebuild: boolean): Promise<BuildView> => {
    await isAtWork(busy)
    const { build } = await tracker.call(startBuild, { body: { service: 'same', rebuild } })
    const done = await eventually(`build ${build.id}`, async () => {
      const view = await buildOf(build.id)
      return view.endedAt !== undefined && view
    })
    await tracker.call(cancelBuild, { params: { id: busy.id }, body: {} })
    return done
  }
  const first = await builtBeside(await begun('special-2', ', on: { gpu: "yes" }'), false)
  expect(first).toMatchObject({ state: 'built', packer: 'packer-1' })
  await eventually('packer-2 to be idle', async () =>
    (await tracker.call(listPackers, {})).packers.every(({ builds }) => builds.length === 0),
  )
  const again = await builtBeside(await begun('plain-2'), true)
  expect(again).toMatchObject({
    packer: 'packer-2',
    digest: first.digest,
    before: { id: first.id, same: true },
  })
})

test('when a packer is killed in the middle, the other one builds it', async () => {
  const build = await begun('web')
  const first = await isAtWork(build)
  await packers.get(first)!.stop('SIGKILL')
  await eventually(
    'the other to have it',
    async () => {
      const { packer, attempts } = await buildOf(build.id)
      return attempts === 2 && packer !== first
    },
    30_000,
  )
})
