import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nativeNeeds } from './native-code.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'native-'))
  await mkdir(join(directory, 'a/b'), { recursive: true })
})
afterEach(() => rm(directory, { recursive: true }))

const machine = `${process.platform}-${process.arch}`

test('native code says which machine and which glibc it needs, however deep it lies', async () => {
  await copyFile('/bin/ls', join(directory, 'a/b/tool'))
  const { machine: needed, glibc } = await nativeNeeds(directory)
  expect({ needed, glibc }).toEqual({ needed: machine, glibc: expect.stringMatching(/^2\.\d+$/) as string })
  // It names a version that it needs the most, and others.
  await writeFile(
    join(directory, 'newer.so'),
    Buffer.concat([await readFile('/bin/ls'), Buffer.from('\0GLIBC_2.345\0')]),
  )
  expect(await nativeNeeds(directory)).toEqual({ machine, glibc: '2.345' })
})

test('what is for other machines, or is no program, needs nothing', async () => {
  const foreign = Buffer.from((await readFile('/bin/ls')).subarray(0, 4096))
  foreign.writeUInt16LE(8, 18) // MIPS
  await writeFile(join(directory, 'a/addon.node'), foreign)
  await writeFile(join(directory, 'a/b/short'), foreign.subarray(0, 10))
  await writeFile(join(directory, 'script'), '#!/bin/sh\necho GLIBC_2.34\n')
  expect(await nativeNeeds(directory)).toEqual({})
})
