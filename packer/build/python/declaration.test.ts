import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { declarationOf, type Declaration } from './declaration.ts'

const declared = (files: readonly string[], directory = '.', requirements?: string): Promise<Declaration> =>
  declarationOf(
    { requirements },
    {
      directory,
      names: (path) =>
        Promise.resolve(
          new Set(files.filter((file) => posix.dirname(file) === path).map((file) => posix.basename(file))),
        ),
      read: () => Promise.resolve(undefined),
    },
  )

describe('what a Python service needs is declared by', () => {
  test.each([
    [['uv.lock', 'pyproject.toml'], '.', undefined, { by: 'uv', file: 'uv.lock' }],
    [['poetry.lock', 'pyproject.toml'], '.', undefined, { by: 'poetry', file: 'poetry.lock' }],
    [
      ['web/requirements.txt', 'web/pyproject.toml', 'uv.lock'],
      'web',
      undefined,
      { by: 'requirements', file: 'web/requirements.txt' },
    ],
    [
      ['apps/web/pyproject.toml', 'pyproject.toml', 'uv.lock'],
      'apps/web',
      undefined,
      { by: 'uv', file: 'uv.lock' },
    ],
    [['pyproject.toml'], '.', undefined, { by: 'project', file: 'pyproject.toml' }],
    [['app.py'], '.', undefined, { by: 'nothing', file: '' }],
    [['uv.lock', 'requirements.txt'], '.', 'uv.lock', { by: 'uv', file: 'uv.lock' }],
    [
      ['web/requirements/prod.txt', 'web/requirements.txt'],
      'web',
      'requirements/prod.txt',
      { by: 'requirements', file: 'web/requirements/prod.txt' },
    ],
  ])('%j in %s, with requirements %s', async (files, directory, requirements, expected) => {
    expect(await declared(files, directory, requirements)).toEqual(expected)
  })

  test('nobody where there is a doubt', async () => {
    await expect(declared(['uv.lock', 'requirements.txt'])).rejects.toMatchObject({
      code: 'invalid',
      message: 'There are uv.lock and requirements.txt, so which one holds is not known.',
      hint: 'Remove all but one, or name the right one in service.yaml: `build: { type: python, requirements: uv.lock }`.',
    })
  })

  test('no file that is not there', async () => {
    await expect(declared([], '.', 'prod.txt')).rejects.toMatchObject({
      message: 'There is no prod.txt, which build.requirements of service.yaml names.',
    })
  })
})
