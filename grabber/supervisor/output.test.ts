import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lastLinesSince } from './output.ts'

let dir: string
let log: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'output-'))
  log = join(dir, 'output.log')
})
afterEach(() => rmSync(dir, { recursive: true }))

const startedAt = 1_790_000_000_000
const asItIs = (text: string): string => text

describe('the last lines since a start', () => {
  test('are what lies behind the offset', async () => {
    writeFileSync(log, 'of before\nmine\n')
    expect(await lastLinesSince(log, 'of before\n'.length, startedAt, asItIs)).toEqual(['mine'])
  })

  test('are found where the log was set aside to, if it was emptied since', async () => {
    writeFileSync(log, '')
    writeFileSync(`${log}.1`, 'flood\nlast words\n')
    utimesSync(`${log}.1`, startedAt / 1000 + 1, startedAt / 1000 + 1)
    expect(await lastLinesSince(log, 0, startedAt, asItIs)).toEqual(['flood', 'last words'])
  })

  test('are none when what was set aside is of an earlier process', async () => {
    writeFileSync(log, '')
    writeFileSync(`${log}.1`, 'somebody else\n')
    utimesSync(`${log}.1`, startedAt / 1000 - 1, startedAt / 1000 - 1)
    expect(await lastLinesSince(log, 0, startedAt, asItIs)).toEqual([])
  })
})
