import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../test/dev-env/poll.ts'
import { bundlePacker, startCli, type Ran } from '../../test/fixtures/cli-bundle.ts'
import { buildArtifact } from '../artifact/build-artifact.ts'
import type { Inspected } from '../inspect/inspect.ts'
import { resolve } from '../answers/resolve.ts'
import { packerTools } from '../../test/fixtures/packer-tools.ts'

const never = new AbortController().signal

let cli: string
let top: string
beforeAll(async () => {
  cli = await bundlePacker()
  top = await mkdtemp(join(tmpdir(), 'packer-cli-'))
})
afterAll(async () => {
  await rm(dirname(cli), { recursive: true })
  await rm(top, { recursive: true })
})

const start = (...args: string[]) => startCli(cli, args, { environment: { HOME: top } })
const run = (...args: string[]): Promise<Ran> => start(...args).ended

const git = (repo: string, ...args: string[]): unknown =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: repo })

const serviceYaml = 'service: web\nbuild: { type: python }\nrun: { command: python3 app.py }\n'

/** A repo with a service below its top, in a directory whose name has a space. */
const repoOf = async (files: Record<string, string> = {}): Promise<string> => {
  const repo = await mkdtemp(join(top, 'a repo-'))
  const service = join(repo, 'services/web')
  await mkdir(service, { recursive: true })
  const all = { 'service.yaml': serviceYaml, 'app.py': 'print(1)\n', ...files }
  for (const [name, text] of Object.entries(all)) await writeFile(join(service, name), text)
  git(repo, 'init', '-q', '-b', 'main')
  git(repo, 'add', '.')
  git(repo, 'commit', '-qm', 'all')
  git(repo, 'tag', 'v1')
  return repo
}

/** The digest by the way of `packer run`: asked by the tracker, and stored. */
const digestByTheService = async (repo: string, ref: string): Promise<string> => {
  const work = await mkdtemp(join(top, 'work-'))
  const tools = await packerTools(work)
  const source = { service: 'web', repo, path: 'services/web' }
  const resolved = await resolve(tools.cache, { source, ref })
  const log = { write: () => undefined }
  return (await buildArtifact({ source, ...resolved, fresh: false }, tools, log, never)).artifact.digest
}

describe('packer build', () => {
  test('makes the same bytes as the packer service does, whatever is not committed, and says what', async () => {
    const repo = await repoOf()
    const file = join(top, 'web.tar.gz')
    await writeFile(join(repo, 'services/web/app.py'), 'broken')
    const ran = await run('build', join(repo, 'services/web'), '-o', file, '--json')
    expect(ran.stderr).toContain('warning: not committed, so not built: services/web/app.py\n')
    const built = JSON.parse(ran.stdout) as Record<string, unknown>
    const sum = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    expect(built).toMatchObject({
      service: 'web',
      file,
      digest: sum,
      uncommitted: ['services/web/app.py'],
    })
    expect(sum).toBe(await digestByTheService(repo, 'HEAD'))

    const tagged = await run('build', join(repo, 'services/web'), '-o', file, '--json', '--ref', 'v1')
    const { digest } = JSON.parse(tagged.stdout) as { digest: string }
    expect(digest).toBe(await digestByTheService(repo, 'v1'))
    expect(tagged.stderr).not.toContain('warning')

    const shown = await run('inspect', file, '--json')
    const { size, unpackedSize, entries, builtBy } = JSON.parse(tagged.stdout) as Inspected & {
      builtBy: object
    }
    expect(JSON.parse(shown.stdout)).toMatchObject({
      ...{ digest, size, unpackedSize, entries },
      manifest: { version: 'v1', builtBy, config: { run: { command: 'python3 app.py' } } },
    })
    expect((await run('inspect', file, '--files')).stdout).toMatch(
      /^web v1, commit [^]*\n {2}runs {6}python3 app\.py \(env: [^]*\n {7}9 B {2}app\.py\n/,
    )
  }, 60_000)

  test('takes what an earlier build installed, unless all is to be fresh', async () => {
    const requirements = { 'requirements.txt': '# nothing yet\n' }
    const service = join(await repoOf(requirements), 'services/web')
    const work = await mkdtemp(join(top, 'work-'))
    const build = async (...args: string[]): Promise<string> =>
      (await run('build', service, '-o', join(top, 'fresh.tar.gz'), '--work', work, ...args)).stderr
    expect(await build()).toContain('$ python3 -m pip install')
    expect(await build()).toContain('Taken from layer')
    expect(await build('--fresh')).toContain('$ python3 -m pip install')
  }, 60_000)

  test('fetches the repo once', async () => {
    const bin = await mkdtemp(join(top, 'bin-'))
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
    await writeFile(join(bin, 'git'), `#!/bin/sh\necho "$*" >>"${bin}/calls"\nexec ${git} "$@"\n`, {
      mode: 0o755,
    })
    const environment = { HOME: top, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
    const args = ['build', join(await repoOf(), 'services/web'), '-o', join(top, 'once.tar.gz')]
    expect(await startCli(cli, args, { environment }).ended).toMatchObject({ code: 0 })
    expect((await readFile(join(bin, 'calls'), 'utf8')).match(/\bfetch --quiet/g)).toHaveLength(1)
  })

  test('of a checkout with the last commit alone works, and prints plain lines off a terminal', async () => {
    const repo = await repoOf()
    const shallow = join(top, 'shallow')
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'two')
    git(top, 'clone', '-q', '--depth', '1', `file://${repo}`, shallow)
    const ran = await run('build', join(shallow, 'services/web'), '-o', join(top, 'web.tar.gz'))
    expect(ran.stdout).toMatch(
      /^web [0-9a-f]{10}, commit [0-9a-f]{40}\n {2}file {4}\S+web\.tar\.gz\n {2}sha256 {2}[0-9a-f]{64}\n/,
    )
    expect(ran.stderr).toMatch(/^Building web .*\n(.*\n)+Packed \d+ entries/)
    expect(ran.stdout + ran.stderr).not.toContain('\u001b')
  })

  test.each([
    ['a file in no directory', ['-o', '/nonexistent/web.tar.gz'], 2, 'there is no directory /nonexistent.'],
    ['a directory for a file', ['-o', '/tmp'], 2, '/tmp cannot be written: it is a directory.'],
    ['standard output for a file', ['-o', '-'], 2, 'cannot be written to standard output.'],
    ['no file', [], 2, "required option '-o, --output <file>' not specified"],
    ['a ref that is not there', ['-o', 'x.tar.gz', '--ref', 'v9'], 1, "no branch, tag or commit 'v9'"],
    ['a ref that git would misread', ['-o', 'x.tar.gz', '--ref=--all'], 2, "--ref '--all' is not usable"],
    ['a time without a unit', ['-o', 'x.tar.gz', '--build-timeout', '5'], 2, "--build-timeout '5'"],
  ])('with %s is refused in one sentence', async (_, args, code, message) => {
    const ran = await run('build', join(await repoOf(), 'services/web'), ...args)
    expect(ran).toMatchObject({ code, stdout: '' })
    expect(ran.stderr).toContain(message)
    expect(ran.stderr).not.toContain('defect')
  })

  test('of what is no directory, no repo, without a commit or a service.yaml is refused', async () => {
    const empty = await mkdtemp(join(top, 'empty-'))
    const build = async (path: string): Promise<string> =>
      (await run('build', path, '-o', join(top, 'x'))).stderr
    expect(await build(join(empty, 'x'))).toContain(`There is no directory ${empty}/x.`)
    expect(await build(empty)).toContain('cannot be built: not a git repository')
    git(empty, 'init', '-q')
    expect(await build(empty)).toContain('cannot be built: nothing is committed there yet.')
    expect(await build(await repoOf())).toMatch(
      /There is no service\.yaml in .*\n {2}Add one and commit it \(`packer init`/,
    )
  })

  test('that is interrupted says so, leaves the file as it was, and nothing running', async () => {
    const files = {
      'service.yaml': serviceYaml.replace('python', 'node'),
      'package.json': '{ "scripts": { "preinstall": "echo at it; sleep 2718" } }',
      'package-lock.json': '{ "lockfileVersion": 3, "packages": {} }',
    }
    const file = join(top, 'before.tar.gz')
    await writeFile(file, 'before')
    const running = start('build', join(await repoOf(files), 'services/web'), '-o', file)
    const isAtIt = (): boolean =>
      execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes('sleep 2718')
    await eventually('the build to be at it', isAtIt)
    running.child.kill('SIGINT')
    expect(await running.ended).toMatchObject({ code: 130, stdout: '' })
    expect(running.stderr()).toContain(`Stopped. Nothing was written to ${file}.`)
    expect(await readFile(file, 'utf8')).toBe('before')
    expect(isAtIt()).toBe(false)
    expect((await readdir(top)).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

describe('packer init', () => {
  test('writes a file from which the service is built, and never over one that is there', async () => {
    const directory = await mkdtemp(join(top, 'Shop API-'))
    await writeFile(join(directory, 'app.py'), 'print(1)\n')
    const printed = await run('init', directory, '--print')
    expect(printed.stderr).toContain('run.command   there is app.py\n')
    const written = await run('init', directory)
    expect(written.stdout).toMatch(/^Wrote .*service\.yaml:\n {2}service shop-api-\S+, type python/)
    const text = await readFile(join(directory, 'service.yaml'), 'utf8')
    expect(printed.stdout).toBe(text)
    git(directory, 'init', '-q')
    git(directory, 'add', '.')
    git(directory, 'commit', '-qm', 'all')
    expect(await run('build', directory, '-o', join(top, 'shop.tar.gz'))).toMatchObject({ code: 0 })

    const again = await run('init', directory)
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.stderr).toMatch(/^error: .*service\.yaml is there already, and is left as it is\.\n/)
    const answer = JSON.parse((await run('init', directory, '--print', '--json')).stdout) as object
    expect(answer).toMatchObject({ text, written: false })
  })

  test('of what is no directory, or tells nothing, is refused', async () => {
    expect(await run('init', join(top, 'nope'))).toMatchObject({ code: 1, stdout: '' })
    const empty = await mkdtemp(join(top, 'empty-'))
    expect((await run('init', empty)).stderr).toContain('tells how it is built.')
    expect(await readdir(empty)).toEqual([])
  })
})
