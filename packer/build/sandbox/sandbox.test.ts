import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packerTools } from '../../../test/fixtures/packer-tools.ts'
import {
  built,
  isRunning,
  never,
  repoOf,
  serviceYaml,
  textIn,
  top,
} from '../../../test/fixtures/packer-build.ts'
import { thief, type Loot } from '../../../test/fixtures/thief.ts'
import { openSandbox } from '../../open-sandbox.ts'

const isRoot = process.getuid?.() === 0
let home: string
let server: Server
beforeAll(async () => {
  home = await mkdtemp(join(top, 'home-'))
  await writeFile(join(home, '.netrc'), 'password')
  await writeFile(join(top, 'temporary'), 'of another')
  server = createServer().listen(join(home, 'socket'))
})
afterAll(() => server.close())

/** A packer's work directory in which another service has left something. */
const usedWork = async (): Promise<string> => {
  const work = await mkdtemp(join(top, 'work-'))
  for (const path of ['git/repo', 'layers/key', 'build/bank/source', 'cache/bank/npm'])
    await mkdir(join(work, path), { recursive: true })
  await writeFile(join(work, 'identity.json'), 'seed')
  await writeFile(join(work, 'build/bank/source/secret'), 'secret')
  return work
}

const commandYaml = (command: string): string =>
  `service: web\nbuild:\n  type: command\n  command: ${JSON.stringify(command)}\n  output: [loot.json]\nrun: { command: ./web }\n`

const lock = JSON.stringify({
  name: 'web',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: { '': { name: 'web' } },
})

/** Where foreign code gets to run in a build. */
const ways = {
  'a script that npm runs at an install': {
    'service.yaml': serviceYaml('type: node'),
    'package.json': JSON.stringify({
      name: 'web',
      version: '1.0.0',
      scripts: { postinstall: 'node thief.cjs' },
    }),
    'package-lock.json': lock,
  },
  'the repo’s own command': { 'service.yaml': commandYaml('node thief.cjs') },
}

/** What came of it when a build of `web` is robbed, in a packer that this process is. */
const rob = async (way: keyof typeof ways, sandbox: boolean) => {
  const work = await usedWork()
  const program = thief({ work, home, packer: process.pid, top })
  const repo = await repoOf({ ...ways[way], 'thief.cjs': program })
  const result = await built(repo, 'web', { work, sandbox })
  expect(result.error, result.log).toBeUndefined()
  const loot = JSON.parse(textIn(result.tarball, 'loot.json')) as Loot
  return { work, loot }
}

describe('a build that is robbed', () => {
  test.each(Object.keys(ways) as (keyof typeof ways)[])(
    'by %s loses nothing, and leaves no process',
    async (way) => {
      const { work, loot } = await rob(way, true)
      expect(loot.stolen).toEqual([])
      expect(isRunning(`sleep 3141.${process.pid}`)).toBe(false)
      expect(existsSync(join(work, 'cache/web/npm/own'))).toBe(true)
    },
  )

  test('without a sandbox loses all of it', async () => {
    const { loot } = await rob('the repo’s own command', false)
    process.kill(loot.left)
    const always = [
      'key',
      'repos',
      'layers',
      'other build',
      'other cache',
      'all caches',
      'home',
      'home written',
    ]
    expect(loot.stolen).toEqual(
      expect.arrayContaining([
        ...always,
        'environment',
        'memory',
        'packer seen',
        'packer ended',
        'temporary',
        'socket',
      ]),
    )
  })
})

describe('a build that leaves a link', () => {
  const left = async (command: string) => {
    const work = await usedWork()
    const repo = await repoOf({
      'service.yaml': commandYaml(`touch loot.json; ${command.replaceAll('WORK', work)}`),
    })
    return built(repo, 'web', { work })
  }

  test.each([
    ['to the packer’s keys', 'mkdir x; ln -s WORK/identity.json x/y', 'source/x/y'],
    ['to the packer’s keys by way of another', 'ln -s WORK/build a; ln -s a/../identity.json b', 'source/a'],
    ['to the packer’s own process', 'ln -s /proc/self/environ environ', 'source/environ'],
    ['in its own place', 'cd ..; mv source other; ln -s /usr source', 'source'],
    ['where the packer writes files', 'ln -s /not/there ../source.listed.txt', 'source.listed.txt'],
  ])('%s fails before the packer follows it', async (_, command, named) => {
    const { error } = await left(command)
    expect(error).toMatchObject({ code: 'invalid' })
    expect((error as Error).message).toContain(
      `In the step build.command: A command has made '${named}' a link to `,
    )
  })

  test('to what it can see itself is none the worse for it', async () => {
    const { error } = await left('ln -s /usr/bin/env tool; ln -s ../source/tool again; ln -s nowhere lost')
    expect(error).toBeUndefined()
  })
})

describe('a command in a sandbox', () => {
  test('that is ended by a signal says so as one without', async () => {
    const repo = await repoOf({ 'service.yaml': commandYaml('kill -9 $$') })
    for (const sandbox of [true, false])
      expect((await built(repo, 'web', { sandbox })).error).toMatchObject({
        message: 'build.command was ended by SIGKILL.',
      })
  })

  const opened = async (reads: readonly string[] = []) => {
    const work = await mkdtemp(join(top, 'work-'))
    const { settings } = await packerTools(work)
    const sandbox = await openSandbox({ sandbox: true, sandboxRead: reads }, [work], settings)
    const directory = await mkdtemp(join(work, 'build-'))
    const group = sandbox!.of({ directory, temporary: directory, cache: directory }, directory)
    const run = (words: readonly [string, ...string[]], before = '') => {
      const env = { PATH: `${before}:${process.env['PATH'] ?? ''}` }
      return group(words[0], words.slice(1), { cwd: directory, env, signal: never })
    }
    return { directory, run }
  }
  const runProgram = async (name: string, reads?: readonly string[]) => (await opened(reads)).run([name])
  /** For root alone, put into /etc as one does with a certificate. */
  const secret = `/etc/apptracker-test-${process.pid}`
  const makeSecret = () => writeFile(secret, 'password', { mode: 0o600 })
  const makeBwrap = (directory: string, does: string) =>
    writeFile(join(directory, 'bwrap'), `#!/bin/sh\n${does}\nexec /usr/bin/bwrap "$@"\n`, { mode: 0o755 })

  test.runIf(isRoot)('does not see what was put into /etc just now for root alone', async () => {
    const { run } = await opened()
    await makeSecret()
    try {
      expect(await run(['cat', secret])).toMatchObject({ stdout: '' })
    } finally {
      await rm(secret)
    }
  })

  test.runIf(isRoot)('begins once more when that was removed in this moment', async () => {
    const { run } = await opened()
    const tools = await mkdtemp(join(top, 'tools-'))
    await makeBwrap(tools, `rm -f ${secret}`)
    await makeSecret()
    expect(await run(['true'], tools)).toMatchObject({ exitCode: 0 })
    expect(existsSync(secret)).toBe(false)
  })

  test('is started by the machine’s bwrap, not by one that the build brings', async () => {
    const { directory, run } = await opened()
    await makeBwrap(directory, `touch ${home}/robbed`)
    expect(await run(['true'])).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(home, 'robbed'))).toBe(false)
  })

  test('that does not exist is not started', async () => {
    expect(await runProgram('no-such-program')).toMatchObject({ startError: 'ENOENT' })
  })

  test('that lies where builds cannot see it is refused, with the way to show it to them', async () => {
    const [path, tools, programs] = [process.env['PATH'] ?? '', join(home, 'odd/bin'), join(home, 'programs')]
    await Promise.all([mkdir(tools, { recursive: true }), mkdir(programs)])
    await writeFile(join(tools, 'odd-tool'), '#!/bin/sh\necho odd\n', { mode: 0o755 })
    await symlink(join(tools, 'odd-tool'), join(programs, 'odd-tool'))
    process.env['PATH'] = `${programs}:${path}`
    try {
      await expect(runProgram('odd-tool')).rejects.toMatchObject({
        message: `The packer has odd-tool at ${tools}/odd-tool, where builds cannot see it.`,
        hint: expect.stringContaining(`--sandbox-read ${join(home, 'odd')}`) as string,
      })
      expect(await runProgram('odd-tool', [join(home, 'odd')])).toMatchObject({ exitCode: 0, stdout: 'odd' })
    } finally {
      process.env['PATH'] = path
    }
  })
})
