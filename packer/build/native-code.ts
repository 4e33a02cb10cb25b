import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { arch, platform } from 'node:process'
import { join } from 'node:path'
import type { Needs } from '../../shared/domain/needs.ts'

/** Of ELF files, the number of this kind of machine. */
const machineNumber = ({ x64: 62, arm64: 183 } as Partial<Record<string, number>>)[arch]

/** What the native code of an artifact needs of a host. What is for other machines is left out: many packages bring all kinds. */
export const nativeNeeds = async (directory: string): Promise<Pick<Needs, 'machine' | 'glibc'>> => {
  let found = false
  let glibc: string | undefined
  for await (const path of filesIn(directory)) {
    if (!isNative(path)) continue
    found = true
    glibc = later(glibc, await glibcOf(path))
  }
  return { ...(found ? { machine: `${platform}-${arch}` } : {}), ...(glibc ? { glibc } : {}) }
}

/** Links are not followed: what they lead to is found by itself. */
const filesIn = async function* (directory: string): AsyncGenerator<string> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else if (entry.isFile() && !isText.test(entry.name)) yield path
  }
}

/** Opening each of them would cost more than it could find. */
const isText =
  /\.(js|mjs|cjs|ts|mts|cts|map|json|md|txt|html|css|py|pyc|pyi|yml|yaml|h|c|cc|cpp|svg|png|jpg|gz|whl)$/i

/** By synchronous calls, as there are thousands of files, and each asynchronous call would cost more than it reads. */
const isNative = (path: string): boolean => {
  const descriptor = openSync(path, 'r')
  try {
    const start = Buffer.alloc(20)
    const isLongEnough = readSync(descriptor, start) === start.length
    return isLongEnough && start.readUInt32BE(0) === 0x7f454c46 && start.readUInt16LE(18) === machineNumber
  } finally {
    closeSync(descriptor)
  }
}

/** The latest version of glibc's symbols that a program or library names. */
const glibcOf = async (path: string): Promise<string | undefined> => {
  let latest: string | undefined
  let before = ''
  for await (const chunk of createReadStream(path, { encoding: 'latin1', highWaterMark: 1 << 20 })) {
    const text = before + String(chunk)
    for (const [, version = ''] of text.matchAll(/GLIBC_(\d+\.\d+)(?=[^\d])/g))
      latest = later(latest, version)
    before = text.slice(-20)
  }
  return latest
}

const later = (one: string | undefined, other: string | undefined): string | undefined => {
  if (one === undefined || other === undefined) return one ?? other
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [numbersOf(one), numbersOf(other)]
  return otherMajor > major || (otherMajor === major && otherMinor > minor) ? other : one
}

const numbersOf = (version: string): number[] => version.split('.').map(Number)
