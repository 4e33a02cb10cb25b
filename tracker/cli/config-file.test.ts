import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { configPath, readConfig, writeConfig } from './config-file.ts'

const config = { url: 'http://127.0.0.1:7070', token: 'at_secret' }
let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'apptracker-config-'))
  path = join(directory, 'deeper', 'config.json')
})
afterEach(async () => rm(directory, { recursive: true }))

describe('the config file', () => {
  test('is written for its owner alone, and read again', async () => {
    await writeConfig(path, config)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readConfig(path)).toEqual(config)
    expect(await readdir(join(directory, 'deeper'))).toEqual(['config.json'])
  })

  test('becomes private again when it is overwritten', async () => {
    await writeConfig(path, config)
    await chmod(path, 0o644)
    await writeConfig(path, config)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('need not be there', async () => {
    expect(await readConfig(path)).toBeUndefined()
  })

  test.each([0o640, 0o604, 0o620])('is refused when its mode is %o', async (mode) => {
    await writeConfig(path, config)
    await chmod(path, mode)
    await expect(readConfig(path)).rejects.toMatchObject({
      code: 'unauthenticated',
      hint: `Run: chmod 600 ${path}`,
    })
  })

  test('is refused when it is something else', async () => {
    await writeConfig(path, config)
    await writeFile(path, '{"url":')
    await expect(readConfig(path)).rejects.toMatchObject({ code: 'usage' })
  })

  test('is where the environment says', () => {
    expect(configPath({ APPTRACKER_CONFIG: '/a/b.json' })).toBe('/a/b.json')
    expect(configPath({ XDG_CONFIG_HOME: '/x' })).toBe('/x/apptracker/config.json')
  })
})
