import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  built,
  commitTo,
  namesIn,
  repoOf,
  serviceYaml,
  textIn,
  unpacked,
} from '../../test/fixtures/packer-build.ts'

const isHere = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0

const integrity = {
  '2.1.3': 'sha512-6FlzubTLZG3J2a/NVCAleEhjzq5oxgHyaCU9yYXvcLsvoVaHJq/s5xXI6/XXP6tz7R9xAOtHnSO/tXtF3WRTlA==',
  '2.0.0': 'sha512-Tpp60P6IUJDTuOq/5Z8cdskzJujfwqfOTkrwIwj7IRISpnkJnT6SyJ4PCPnGMoFjC9ddhal5KVIYtAt97ix05A==',
  isarray: 'sha512-xHjhDr3cNBK0BzdUJSPXZntQUx/mwMS5Rw4A7lPJ90XGAO6ISP/ePDNuo0vhqOZU+UD5JoodwCAAoZQd3FeAKw==',
}
const root = { name: 'top', private: true, version: '1.0.0', workspaces: ['packages/*'] }
const web = {
  name: 'web',
  version: '1.0.0',
  scripts: { build: `node -e "require('isarray'); require('fs').writeFileSync('made.js', '')"` },
  dependencies: { '@acme/greet': '1.0.0', ms: '2.1.3' },
  devDependencies: { isarray: '2.0.5' },
}
const greet = { name: '@acme/greet', version: '1.0.0', main: 'greet.js', dependencies: { ms: '2.0.0' } }

/** A repo whose service in packages/web needs a package of the same repo, which needs another ms than the service does. */
const workspace = (files: Record<string, string>, dependencies = web.dependencies): Promise<string> =>
  repoOf({
    'package.json': JSON.stringify(root),
    'packages/web/service.yaml': serviceYaml('type: node'),
    'packages/web/package.json': JSON.stringify({ ...web, dependencies }),
    'packages/web/index.js': "console.log(require('@acme/greet'), require('ms/package.json').version)",
    'packages/greet/package.json': JSON.stringify(greet),
    'packages/greet/greet.js': "module.exports = 'Hello ' + require('ms/package.json').version",
    ...files,
  })

const npmLock = {
  name: 'top',
  version: '1.0.0',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': root,
    'node_modules/@acme/greet': { resolved: 'packages/greet', link: true },
    'node_modules/isarray': { version: '2.0.5', integrity: integrity.isarray, dev: true },
    'node_modules/ms': { version: '2.0.0', integrity: integrity['2.0.0'] },
    'node_modules/web': { resolved: 'packages/web', link: true },
    'packages/greet': greet,
    'packages/web': web,
    'packages/web/node_modules/ms': { version: '2.1.3', integrity: integrity['2.1.3'] },
  },
}
const pnpmLock = `lockfileVersion: '9.0'
importers:
  .: {}
  packages/greet:
    dependencies:
      ms: { specifier: 2.0.0, version: 2.0.0 }
  packages/web:
    dependencies:
      '@acme/greet': { specifier: 'workspace:*', version: link:../greet }
      ms: { specifier: 2.1.3, version: 2.1.3 }
    devDependencies:
      isarray: { specifier: 2.0.5, version: 2.0.5 }
packages:
  isarray@2.0.5: { resolution: { integrity: ${integrity.isarray} } }
  ms@2.0.0: { resolution: { integrity: ${integrity['2.0.0']} } }
  ms@2.1.3: { resolution: { integrity: ${integrity['2.1.3']} } }
snapshots:
  isarray@2.0.5: {}
  ms@2.0.0: {}
  ms@2.1.3: {}
`
const yarnLock = `# yarn lockfile v1

isarray@2.0.5:
  version "2.0.5"
  integrity ${integrity.isarray}

ms@2.0.0:
  version "2.0.0"
  integrity ${integrity['2.0.0']}

ms@2.1.3:
  version "2.1.3"
  integrity ${integrity['2.1.3']}
`

const expectWhole = async (repo: string): Promise<void> => {
  const [first, second] = [
    await built(repo, 'web', { path: 'packages/web' }),
    await built(repo, 'web', { path: 'packages/web/' }),
  ]
  expect(first.error, first.log).toBeUndefined()
  expect(second.artifact?.digest).toEqual(first.artifact?.digest)
  const names = namesIn(first.tarball)
  expect(names).toEqual(
    expect.arrayContaining(['made.js', 'node_modules/@acme/greet/node_modules/ms/index.js']),
  )
  expect(names.filter((name) => /isarray|node_modules\/\.(?!bin)/.test(name))).toEqual([])
  const printed = execFileSync('node', ['.'], { cwd: await unpacked(first), encoding: 'utf8' })
  expect(printed).toBe('Hello 2.0.0 2.1.3\n')
}

describe('a node service in a workspace has all it needs, hoisted or of the same repo, in its own node_modules', () => {
  test('by npm', async () => {
    await expectWhole(await workspace({ 'package-lock.json': JSON.stringify(npmLock) }))
  }, 60_000)

  test.skipIf(!isHere('pnpm'))(
    'by pnpm',
    async () => {
      const files = { 'pnpm-lock.yaml': pnpmLock, 'pnpm-workspace.yaml': "packages: ['packages/*']\n" }
      await expectWhole(await workspace(files, { '@acme/greet': 'workspace:*', ms: '2.1.3' }))
    },
    60_000,
  )

  test.skipIf(!isHere('yarn'))(
    'by yarn',
    async () => {
      await expectWhole(await workspace({ 'yarn.lock': yarnLock }))
    },
    60_000,
  )
})

describe('dependencies of a node service that did not change', () => {
  const build = 'require("isarray"); require("fs").copyFileSync("index.js", "made.js")'
  const manifest = (script = build): object => ({
    ...{
      name: 'web',
      version: '1.0.0',
      dependencies: { ms: '2.1.3' },
      devDependencies: { isarray: '2.0.5' },
    },
    scripts: { build: `node -e '${script}'` },
  })
  const filesOf = (file: object): Record<string, string> => ({
    'service.yaml': serviceYaml('type: node'),
    'package.json': JSON.stringify(file),
    'package-lock.json': JSON.stringify({
      ...{ name: 'web', version: '1.0.0', lockfileVersion: 3, requires: true },
      packages: {
        '': file,
        'node_modules/isarray': { version: '2.0.5', integrity: integrity.isarray, dev: true },
        'node_modules/ms': { version: '2.1.3', integrity: integrity['2.1.3'] },
      },
    }),
    'index.js': '1',
  })
  test('are taken as an earlier build installed and pruned them, and give the same bytes as a fresh build', async () => {
    const repo = await repoOf(filesOf(manifest()))
    const { work, error, log } = await built(repo, 'web')
    expect(error, log).toBeUndefined()
    await commitTo(repo, { 'index.js': '2' })
    const kept = await built(repo, 'web', { ref: 'main', work })
    expect(kept.log).toMatch(/Taken from layer .* for npm ci\.[^]*Taken from layer .* for npm prune\./)
    expect(kept.log).not.toMatch(/\$ npm (ci|prune)/)
    const fresh = await built(repo, 'web', { ref: 'main', work, fresh: true })
    expect(fresh.log).toMatch(/\$ npm ci[^]*\$ npm prune/)
    expect(kept.artifact?.digest).toBe(fresh.artifact?.digest)
    const modules = namesIn(kept.tarball).filter((name) => /node_modules\/\w+\/$/.test(name))
    expect(modules).toEqual(['node_modules/ms/'])
  }, 60_000)

  test('are installed anew when the build script has changed them', async () => {
    const script = 'require("fs").copyFileSync("index.js", "node_modules/ms/made.js")'
    const repo = await repoOf(filesOf(manifest(script)))
    const { work, log } = await built(repo, 'web')
    expect(log).toContain('The build has changed what npm ci made, so that is not kept.')
    await commitTo(repo, { 'index.js': '2' })
    const { tarball } = await built(repo, 'web', { ref: 'main', work })
    expect(textIn(tarball, 'node_modules/ms/made.js')).toBe('2')
  }, 60_000)
})

describe('a node service is refused, in one sentence, when', () => {
  const refusal = async (files: Record<string, string>, manifest: object = {}): Promise<unknown> => {
    const repo = await repoOf({
      'service.yaml': serviceYaml('type: node'),
      'package.json': JSON.stringify(manifest),
      ...files,
    })
    // Some of it is seen before anything is built.
    return built(repo, 'web').then(
      ({ error }) => error,
      (error: unknown) => error,
    )
  }

  test.each([
    [
      'there is no lockfile',
      {},
      {},
      /^There is no package-lock.json, pnpm-lock.yaml or yarn.lock beside package.json or above it/,
    ],
    [
      'there are lockfiles of two tools',
      { 'package-lock.json': '{}', 'yarn.lock': '' },
      {},
      /^There are package-lock.json and yarn.lock, so which one holds is not known.$/,
    ],
    [
      'packageManager names a tool that has no lockfile',
      { 'package-lock.json': '{}' },
      { packageManager: 'pnpm@9.15.0' },
      /^package.json names pnpm as its packageManager, but there is no lockfile of pnpm, only package-lock.json.$/,
    ],
    [
      'packageManager names a tool that nobody knows',
      { 'package-lock.json': '{}' },
      { packageManager: 'bun@1.0.0' },
      /^package.json names bun as its packageManager, which cannot be built with.$/,
    ],
    [
      'it wants another Node.js',
      { 'package-lock.json': '{}' },
      { engines: { node: '>=99' } },
      /^package.json wants Node.js >=99, and the packer has \d+\.\d+\.\d+.$/,
    ],
    [
      'what it wants of Node.js cannot be read',
      { 'package-lock.json': '{}' },
      { engines: { node: 'newest' } },
      /^engines.node of package.json is 'newest', which is no range of versions.$/,
    ],
  ])('%s', async (_, files, manifest, message) => {
    expect(await refusal(files, manifest)).toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(message) as string,
    })
  })

  test('the packer lacks the tool of its lockfile', async () => {
    const path = process.env['PATH']
    process.env['PATH'] = [join(process.execPath, '..'), '/usr/bin', '/bin'].join(':')
    const error = await refusal({ 'pnpm-lock.yaml': '' }).finally(() => {
      process.env['PATH'] = path
    })
    expect(error).toMatchObject({
      code: 'unavailable',
      message: 'The packer cannot run `pnpm --version`.',
      hint: 'pnpm-lock.yaml needs it: run `npm install --global pnpm` on the packer’s machine.',
    })
  })
})
