import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox } from './open-sandbox.ts'

const settings = { timeoutMs: 1000, npmrc: undefined, pipConfig: undefined }
const path = process.env['PATH']
let top: string
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'open-sandbox-'))
})
afterEach(() => {
  process.env['PATH'] = path
})
afterAll(() => rm(top, { recursive: true }))

const open = (...sandboxRead: string[]) =>
  openSandbox({ sandbox: true, sandboxRead }, [join(top, 'work')], settings)

describe('where there can be no sandbox', () => {
  test('for want of bwrap, a person is told what to install, and how to do without', async () => {
    process.env['PATH'] = top
    await expect(open()).rejects.toMatchObject({
      code: 'unavailable',
      message: 'Builds cannot run in a sandbox: there is no bwrap on the PATH.',
      hint: expect.stringMatching(
        /^apt-get install bubblewrap\. With --no-sandbox .* read the packer’s keys\.$/,
      ) as string,
    })
  })

  test('as the kernel refuses it, a person is told what bwrap says', async () => {
    const said = 'bwrap: setting up uid map: Permission denied'
    await writeFile(join(top, 'bwrap'), `#!/bin/sh\necho '${said}' >&2\nexit 1\n`, { mode: 0o755 })
    process.env['PATH'] = `${top}:${path ?? ''}`
    await expect(open()).rejects.toMatchObject({
      code: 'unavailable',
      message: `Builds cannot run in a sandbox here (${said}).`,
    })
    expect(await openSandbox({ sandbox: false, sandboxRead: [] }, [], settings)).toBeUndefined()
  })
})

test.each([
  ['what is not there', 'nothing', 'there is no such path'],
  ['what holds the packer’s keys', '.', 'that would show builds what is in '],
])('builds cannot be shown %s', async (_, name, reason) => {
  await mkdir(join(top, 'work'), { recursive: true })
  await expect(open(join(top, name))).rejects.toMatchObject({
    code: 'usage',
    field: '--sandbox-read',
    message: expect.stringContaining(reason) as string,
  })
})
