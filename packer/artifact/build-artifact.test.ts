import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ArtifactManifest } from '../../shared/domain/artifact.ts'
import { withSearchPaths } from '../../shared/domain/search-paths.ts'
import type { PersonError } from '../../shared/errors.ts'
import {
  built,
  examples,
  isRunning,
  namesIn,
  never,
  repoOf,
  serviceYaml,
  textIn,
  top,
  unpacked,
} from '../../test/fixtures/packer-build.ts'
import { buildArtifact } from './build-artifact.ts'
import { resolve } from '../answers/resolve.ts'
import { packerTools } from '../../test/fixtures/packer-tools.ts'

const lockOf = (packages: object): string =>
  JSON.stringify({ name: 'web', version: '1.0.0', lockfileVersion: 3, requires: true, packages })
const ms = {
  version: '2.1.3',
  integrity:
    'sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==',
}
const nodeRepo = (buildScript: string): Promise<string> =>
  repoOf({
    'service.yaml': serviceYaml('type: node'),
    'package.json': JSON.stringify({
      name: 'web',
      version: '1.0.0',
      scripts: { build: buildScript },
      devDependencies: { ms: '2.1.3' },
    }),
    'package-lock.json': lockOf({
      '': { name: 'web', version: '1.0.0', devDependencies: { ms: '2.1.3' } },
      'node_modules/ms': { ...ms, dev: true },
    }),
  })

describe('a node service', () => {
  test('of the examples is the same bytes when built again elsewhere, with its dependencies in it', async () => {
    const repo = await repoOf({}, join(examples, 'hello-node'))
    const [first, second] = [await built(repo, 'hello-node'), await built(repo, 'hello-node')]
    expect(first.error).toBeUndefined()
    expect(second.artifact).toEqual(first.artifact)
    const names = namesIn(first.tarball)
    expect(names).toEqual(expect.arrayContaining(['.artifact.json', 'server.js', 'node_modules/ms/index.js']))
    expect(names).toHaveLength(first.artifact?.entries ?? 0)
    expect(first.log).toMatch(/\$ npm ci\n[^]*added 2 packages/)
    expect(await readdir(join(first.work, 'build'))).toEqual([])
  }, 60_000)

  test('is built with its development dependencies, and packed without; the build sees no secrets', async () => {
    process.env['AWS_SECRET_ACCESS_KEY'] = 'secret'
    const repo = await nodeRepo(
      `node -e "require('ms'); require('fs').writeFileSync('env.json', JSON.stringify(process.env))"`,
    )
    const result = await built(repo, 'web')
    delete process.env['AWS_SECRET_ACCESS_KEY']
    expect(result.error).toBeUndefined()
    expect(namesIn(result.tarball).filter((name) => name.includes('node_modules/ms'))).toEqual([])
    const env = JSON.parse(textIn(result.tarball, 'env.json')) as Record<string, string>
    expect(env['HOME']).toBe(join(result.work, 'build/web/home'))
    expect(Object.keys(env).filter((name) => /AWS|SECRET|GIT_|VITEST/.test(name))).toEqual([])
  }, 60_000)

  test('whose build fails says how, shows why, and leaves no file and no process', async () => {
    const repo = await nodeRepo('(setsid sleep 4321 &) ; sleep 4322 & echo the reason >&2; exit 3')
    const result = await built(repo, 'web')
    expect(result.error).toMatchObject({ code: 'invalid', message: 'npm run build failed with exit code 3.' })
    expect((result.error as PersonError).hint).toMatch(/^Its last lines: .*the reason/)
    expect(result.log).toMatch(/^the reason$/m)
    expect(isRunning('sleep 432')).toBe(false)
    expect(await readdir(join(result.work, 'build'))).toEqual([])
  }, 60_000)

  test('that takes too long is stopped', async () => {
    const result = await built(await nodeRepo('setsid sleep 5432'), 'web', { timeoutMs: 6000 })
    expect(result.error).toMatchObject({
      message: 'In the step npm run build: The build took longer than 6 s and was stopped.',
    })
    expect(isRunning('sleep 5432')).toBe(false)
  }, 60_000)

  test('is stopped with the packer', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 500)
    const result = await built(await nodeRepo('setsid sleep 6543'), 'web', { signal: stop.signal })
    expect(result.error).toMatchObject({ name: 'AbortError' })
    expect(isRunning('sleep 6543')).toBe(false)
    expect(await readdir(join(result.work, 'build'))).toEqual([])
  }, 60_000)

  test('that says the disk is full fails for that', async () => {
    const result = await built(await nodeRepo('echo npm error code ENOSPC; exit 1'), 'web')
    expect(result.error).toMatchObject({ code: 'no-space' })
  }, 60_000)

  test.each([
    ['package.json', {}, 'There is no package.json beside service.yaml.'],
    ['a lockfile', { 'package.json': '{}' }, 'There is no package-lock.json, pnpm-lock.yaml or yarn.lock'],
  ])('without %s is refused before anything is built', async (_, files, message) => {
    const repo = await repoOf({ 'service.yaml': serviceYaml('type: node'), ...files })
    await expect(built(repo, 'web')).rejects.toThrow(message)
  })
})

describe('a python service', () => {
  test('of the examples is the same bytes when built again elsewhere, and runs where it is unpacked', async () => {
    const repo = await repoOf({}, join(examples, 'hello-python'))
    const [first, second] = [await built(repo, 'hello-python'), await built(repo, 'hello-python')]
    expect(first.error, first.log).toBeUndefined()
    expect(second.artifact).toEqual(first.artifact)
    const release = await unpacked(first)
    const manifest = ArtifactManifest.parse(
      JSON.parse(await readFile(join(release, '.artifact.json'), 'utf8')),
    )
    const program = 'import app, greetings; print(greetings.__file__, greetings.__cached__, app.VERSION)'
    const printed = execFileSync('python3', ['-c', program], {
      cwd: release,
      env: withSearchPaths({ PATH: process.env['PATH'] ?? '' }, manifest.searchPaths, release),
      encoding: 'utf8',
    })
    expect(printed).toMatch(new RegExp(`^${release}/site-packages/greetings.py ${release}/\\S+\\.pyc v1\n$`))
    const names = namesIn(first.tarball)
    expect(names.filter((name) => /(app|greetings)\.cpython.*\.pyc$/.test(name))).toHaveLength(3)
    expect(names.filter((name) => /RECORD|direct_url/.test(name))).toEqual([])
  }, 60_000)

  test('with a dependency that cannot be had fails, and the log names it', async () => {
    const repo = await repoOf({
      'service.yaml': serviceYaml('type: python'),
      'requirements.txt': 'no-such-thing==1\n',
      'wheelhouse/.keep': '',
    })
    const result = await built(repo, 'web')
    expect(result.error).toMatchObject({ message: 'pip install failed with exit code 1.' })
    expect(result.log).toContain('No matching distribution found for no-such-thing==1')
  }, 60_000)
})

test('a build takes no longer than its service.yaml allows, and is told what limited it', async () => {
  const repo = await repoOf({
    'service.yaml': serviceYaml('type: command, command: sleep 60, output: [.], timeout: 1s'),
  })
  const { error } = await built(repo, 'web')
  expect(error).toMatchObject({
    message: 'In the step build.command: The build took longer than 1 s and was stopped.',
    hint: 'Make it faster, or raise what limits it: build.timeout of service.yaml.',
  })
})

test('a build that would differ from what was asked for is refused', async () => {
  const repo = await repoOf({ 'service.yaml': serviceYaml('type: python') })
  const tools = await packerTools(await mkdtemp(join(top, 'work-')), { timeoutMs: 10_000 })
  const source = { service: 'web', repo, path: '.' }
  const { commit, version } = await resolve(tools.cache, { source, ref: 'v1' })
  await expect(
    buildArtifact(
      { source, commit, version, buildConfig: 'f'.repeat(64), fresh: false },
      tools,
      { write: () => undefined },
      never,
    ),
  ).rejects.toMatchObject({ code: 'conflict' })
})
