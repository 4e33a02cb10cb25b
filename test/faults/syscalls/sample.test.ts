import { afterAll, beforeAll, expect, test } from 'vitest'
import { boundariesOf, prepare, strike, type Scenario } from './sweep.ts'
import { TracedHost } from './traced-host.ts'
import type { Blow } from './trace.ts'

/** A thin, fixed choice of what `scripts/faults --syscalls` tries wholly. */
const chosen: readonly (readonly [Scenario, string, Blow, number])[] = [
  ['upgrade', 'rename', 'SIGKILL', 1],
  ['upgrade', 'rename', 'SIGKILL', 6],
  ['upgrade', 'rename', 'SIGKILL', 11],
  ['upgrade', 'symlink', 'SIGKILL', 1],
  ['upgrade', 'fsync', 'SIGKILL', 8],
  ['upgrade', 'fsync', 'EIO', 15],
  ['upgrade', 'rename', 'ENOSPC', 9],
  ['upgrade', 'unlink', 'EIO', 1],
  ['way back', 'rename', 'SIGKILL', 12],
  ['way back', 'rename', 'ENOSPC', 16],
  ['way back', 'rename', 'EIO', 17],
  ['way back', 'symlink', 'SIGKILL', 1],
  ['way back', 'fsync', 'ENOSPC', 22],
]

let host: TracedHost

beforeAll(async () => {
  host = await TracedHost.start()
  await prepare(host)
})
afterAll(() => host[Symbol.asyncDispose]())

test('an install makes the calls that this is about', async () => {
  const calls = (await boundariesOf(host, 'upgrade')).map(({ call }) => call)
  expect(calls).toEqual(expect.arrayContaining(['rename', 'symlink', 'unlink', 'fsync', 'mkdir', 'openat']))
})

test.each(chosen)('%s: %s struck by %s at call %i keeps every promise', async (scenario, call, blow, nth) => {
  expect(await strike(host, { scenario, call }, blow, nth)).toMatchObject({ hit: true, broken: {} })
})
