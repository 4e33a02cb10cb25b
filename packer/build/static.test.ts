import { execFileSync } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { built, namesIn, repoOf, serviceYaml } from '../../test/fixtures/packer-build.ts'

const site = {
  'public/index.html': '<h1>Hello</h1>',
  'public/img/a.svg': '<svg/>',
  'notes.md': 'not for hosts',
}

describe('a static service', () => {
  test('is its files as they are, the same bytes when built again elsewhere', async () => {
    const repo = await repoOf({ ...site, 'service.yaml': serviceYaml('type: static') })
    const [first, second] = [await built(repo, 'web'), await built(repo, 'web')]
    expect(first.error).toBeUndefined()
    expect(second.artifact).toEqual(first.artifact)
    expect(namesIn(first.tarball)).toEqual([
      ...['.artifact.json', 'notes.md', 'public/', 'public/img/', 'public/img/a.svg'],
      ...['public/index.html', 'service.yaml'],
    ])
  })

  test('is one directory of the repo, if build.dir names one', async () => {
    const repo = await repoOf({ ...site, 'service.yaml': serviceYaml('type: static, dir: public') })
    const { tarball } = await built(repo, 'web')
    expect(namesIn(tarball)).toEqual(['.artifact.json', 'img/', 'img/a.svg', 'index.html'])
  })

  test('whose directory is not there, or leads out of the service, is refused', async () => {
    const missing = await repoOf({ ...site, 'service.yaml': serviceYaml('type: static, dir: dist') })
    expect((await built(missing, 'web')).error).toMatchObject({
      code: 'invalid',
      message: "There is no directory 'dist', which build.dir names.",
    })
    const leading = await repoOf({ 'service.yaml': serviceYaml('type: static, dir: etc') })
    await symlink('/etc', join(leading, 'etc'))
    const commit =
      'git add . && git -c user.name=t -c user.email=t@example.com commit -qm link && git tag -f v1'
    execFileSync('sh', ['-c', commit], { cwd: leading, stdio: 'ignore' })
    expect((await built(leading, 'web')).error).toMatchObject({
      code: 'invalid',
      message: "'etc', which build.dir names, is a link that leads out of the service.",
    })
  })
})
