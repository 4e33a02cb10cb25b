import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changedPath } from './changed-path.ts'
import { commitSpan } from './commit-span.ts'
import { exportCommit } from './export-commit.ts'
import { maskCredentials, parseRepoUrl } from './repo-url.ts'
import { hasCommit, RepoCache } from './repo-cache.ts'
import { resolveRef } from './resolve-ref.ts'

const top = await mkdtemp(join(tmpdir(), 'packer-git-'))
const origin = join(top, 'origin')
const run = (...args: string[]): string =>
  execFileSync(
    'git',
    ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'tag.gpgSign=false', ...args],
    {
      cwd: origin,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  ).trim()
const commit = async (text: string): Promise<string> => {
  await writeFile(join(origin, 'file'), text)
  run('add', '.')
  run('commit', '-qm', text)
  return run('rev-parse', 'HEAD')
}
const cache = new RepoCache({
  directory: join(top, 'cache'),
  trustedHosts: new Set(),
  signal: new AbortController().signal,
})
const resolve = async (ref: string) => resolveRef(await cache.fetched(origin, ref), ref)

beforeAll(async () => {
  execFileSync('git', ['init', '-q', '-b', 'main', origin])
  await commit('first')
  run('tag', 'v1')
})
afterAll(() => rm(top, { recursive: true, force: true }))

describe('a ref', () => {
  test('is resolved to a commit, with the tag as its version', async () => {
    const head = run('rev-parse', 'HEAD')
    expect(await resolve('v1')).toMatchObject({ commit: head, version: 'v1', subject: 'first' })
    for (const ref of ['main', 'HEAD', head, head.slice(0, 8)]) {
      expect(await resolve(ref)).toMatchObject({ commit: head, version: head.slice(0, 10) })
    }
  })

  test('by its full name is just that, whatever else has its name', async () => {
    const before = run('rev-parse', 'HEAD')
    run('tag', 'both')
    run('branch', 'both')
    const later = await commit('only on the branch')
    run('branch', '-f', 'both')
    expect(await resolve('refs/tags/both')).toMatchObject({ commit: before, version: 'both' })
    expect(await resolve('refs/heads/both')).toMatchObject({ commit: later, version: later.slice(0, 10) })
    await expect(resolve('refs/heads/v1')).rejects.toMatchObject({ code: 'not-found' })
    run('tag', '-d', 'both')
    run('branch', '-D', 'both')
  })

  test('that is a tag moved by force is followed', async () => {
    const before = await resolve('v1')
    const moved = await commit('second')
    run('tag', '-f', '-am', 'annotated', 'v1')
    expect((await resolve('v1')).commit).toBe(moved)
    expect(moved).not.toBe(before.commit)
  })

  test('that is not there is refused, naming what is', async () => {
    await expect(resolve('v9')).rejects.toMatchObject({
      code: 'not-found',
      message: `There is no branch, tag or commit 'v9' in ${origin}.`,
      hint: 'Newest tags: v1. Branches: main.',
    })
  })

  test('whose tag was deleted is gone', async () => {
    run('tag', 'gone')
    await resolve('gone')
    run('tag', '-d', 'gone')
    await expect(resolve('gone')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('the cache', () => {
  test('gives a commit that no branch has any more', async () => {
    const lost = await commit('lost')
    run('reset', '-q', '--hard', 'HEAD~1')
    const repo = await cache.withCommit(origin, lost)
    const into = join(top, 'exported')
    await exportCommit(repo, lost, '.', into)
    expect(await readFile(join(into, 'file'), 'utf8')).toBe('lost')
  })

  test('left locked by a crash is made anew', async () => {
    const repo = await cache.fetched(origin, 'main')
    await writeFile(join(repo.directory, 'refs/heads/main.lock'), '')
    await commit('third')
    expect((await resolve('main')).subject).toBe('third')
  })

  test('that is new and empty is filled for the commits that are asked for', async () => {
    const empty = new RepoCache({
      directory: join(top, 'empty-cache'),
      trustedHosts: new Set(),
      signal: new AbortController().signal,
    })
    const head = run('rev-parse', 'HEAD')
    const repo = await empty.withCommits(origin, [head, 'f'.repeat(40)])
    expect([await hasCommit(repo, head), await hasCommit(repo, 'f'.repeat(40))]).toEqual([true, false])
    await rm(repo.directory, { recursive: true })
    expect(await hasCommit(await empty.withCommit(origin, head), head)).toBe(true)
  })

  test('answers many at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => resolve('main')))
    expect(new Set(all.map(({ commit: one }) => one)).size).toBe(1)
  })

  test('says why a repo cannot be cloned, and leaves no half copy', async () => {
    await expect(cache.fetched(join(top, 'nowhere'), 'main')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(
        /^Repo \/.*nowhere cannot be cloned: .*does not appear to be a git repository\.$/,
      ) as string,
    })
  })

  test('refuses a submodule in the service’s path', async () => {
    run('update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},lib/sub`)
    run('commit', '-qm', 'submodule')
    const head = run('rev-parse', 'HEAD')
    const repo = await cache.withCommit(origin, head)
    await expect(exportCommit(repo, head, '.', join(top, 'with-sub'))).rejects.toThrow(
      /submodule at lib\/sub/,
    )
    await exportCommit(repo, head, 'file', join(top, 'without-sub'))
  })
})

describe('between two commits', () => {
  const span = async (from: string, to: string) =>
    commitSpan(await cache.withCommits(origin, [from, to]), from, to)

  test('lie those that the later one has, the latest first', async () => {
    const base = await commit('base')
    const next = await commit('next\u001b[2J')
    const last = await commit('last')
    const gained = {
      count: 2,
      latest: [
        { commit: last, subject: 'last', author: 't' },
        { commit: next, subject: 'next [2J' },
      ],
    }
    expect(await span(base, last)).toMatchObject({ gained, lost: { count: 0, latest: [] } })
    expect(await span(last, base)).toMatchObject({ gained: { count: 0, latest: [] }, lost: gained })
    expect(await span(last, last)).toEqual({
      gained: { count: 0, latest: [] },
      lost: { count: 0, latest: [] },
    })
  })

  test('whose ways have parted, each has its own', async () => {
    const base = await commit('base again')
    const one = await commit('one way')
    run('reset', '-q', '--hard', base)
    const other = await commit('another way')
    run('tag', 'kept', one)
    expect(await span(one, other)).toMatchObject({
      gained: { count: 1, latest: [{ commit: other }] },
      lost: { count: 1, latest: [{ commit: one }] },
    })
  })

  test('all are counted, and the first ones told', async () => {
    const base = await commit('many')
    for (let number = 0; number < 25; number++) run('commit', '-q', '--allow-empty', '-m', String(number))
    const { gained } = await span(base, run('rev-parse', 'HEAD'))
    expect([gained.count, gained.latest.length, gained.latest[0]?.subject]).toEqual([25, 20, '24'])
  })
})

describe('what has changed between two commits', () => {
  const changed = async (from: string, to: string, ...globs: string[]) =>
    changedPath(await cache.withCommits(origin, [from, to]), from, to, globs)

  test('is found by globs from the top, also across directories and in both directions', async () => {
    const before = run('rev-parse', 'HEAD')
    for (const path of ['svc/web/src/deep', 'docs']) await mkdir(join(origin, path), { recursive: true })
    await writeFile(join(origin, 'svc/web/src/deep/a.ts'), 'a')
    await writeFile(join(origin, 'docs/a.md'), 'a')
    const after = await commit('more of it')
    const fitting = ['svc/web/**', 'svc/web', '**/*.ts', 'docs/*.md', '**']
    for (const glob of fitting) expect(await changed(before, after, glob)).toMatch(/a\.(ts|md)$/)
    expect(await changed(after, before, 'svc/web')).toBe('svc/web/src/deep/a.ts')
    expect(await changed(before, after, 'svc/*.ts', 'svc/webhooks', 'svc/web-2/**')).toBeUndefined()
    expect(await changed(after, after, '**')).toBeUndefined()
  })
})

describe('a repo URL', () => {
  test.each([
    'https://git.example/web.git',
    'ssh://git@git.example:22/web.git',
    'git@git.example:team/web.git',
    '/srv/git/web',
    'http://127.0.0.1:8080/web.git',
  ])('%s is accepted', (url) => expect(parseRepoUrl(url).url).toBe(url))
  test.each([
    '--upload-pack=touch /tmp/x',
    '--upload-pack=x',
    'ext::sh -c id',
    'ext::id',
    'file:///etc',
    'ssh://-oProxyCommand=id/x',
    '-oProxyCommand=id@host:x',
    'git@-oProxyCommand=id:x',
    'git@host:-x',
    'git://git.example/x',
    'http://git.example/x',
    'https://user:secret@git.example/x',
    'https://token@git.example/x',
    'relative/path',
    'https://git.example/a\nb',
  ])('%s is refused', (url) => {
    expect(() => parseRepoUrl(url)).toThrow(/is refused/)
  })

  test('never shows credentials', () => {
    expect(maskCredentials('fatal: https://bob:secret@git.example/x: no')).toBe(
      'fatal: https://***@git.example/x: no',
    )
    expect(() => parseRepoUrl('https://bob:secret@git.example/x')).toThrow(/https:\/\/\*\*\*@git\.example/)
  })

  test.each([
    'https://169.254.169.254/x',
    'https://[fe80::1]/x',
    'https://10.0.0.1/x',
    'https://[::ffff:127.0.0.1]/x',
    'ssh://git@192.168.1.1/x',
  ])('%s inside the packer’s network is refused', async (url) => {
    await expect(cache.fetched(url, 'main')).rejects.toThrow(/inside the packer's own network/)
  })
})
