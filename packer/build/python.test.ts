import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  built,
  commitTo,
  examples,
  namesIn,
  repoOf,
  serviceYaml,
  top,
  unpacked,
} from '../../test/fixtures/packer-build.ts'
import { pythonPackage } from '../../test/fixtures/python-package.ts'

const isHere = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0
const below = (directory: string, files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${directory}/${name}`, text]))
const python = serviceYaml('type: python', 'shop')

/** What a command of a release prints when it is called by its path, from elsewhere, with next to no environment. */
const said = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: '/usr', env: { PATH: process.env['PATH'] }, encoding: 'utf8' })

const native = `#define PY_SSIZE_T_CLEAN
#include <Python.h>
static PyObject *answer(PyObject *self, PyObject *args) { return PyUnicode_FromString("from C"); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "shop_native", "", -1, methods};
PyMODINIT_FUNC PyInit_shop_native(void) { return PyModule_Create(&module); }
`

describe.skipIf(!isHere('cc'))('a service that is a package', () => {
  test('has its command and its module in C, the same bytes each time, and they work wherever it lies', async () => {
    const repo = await repoOf({ 'service.yaml': python, ...pythonPackage('shop', '', native) })
    const [first, second] = [await built(repo, 'web'), await built(repo, 'web')]
    expect(first.error, first.log).toBeUndefined()
    expect(second.artifact).toEqual(first.artifact)
    expect(namesIn(first.tarball).filter((name) => /^build|RECORD|direct_url/.test(name))).toEqual([])
    const release = await unpacked(first)
    const moved = join(top, 'moved to', 'there')
    await mkdir(join(moved, '..'), { recursive: true })
    await rename(release, moved)
    expect(said(join(moved, 'site-packages/bin/shop'), 'a b')).toBe(
      `from C /usr ${moved}/site-packages/shop.py ['a b']\n`,
    )
  }, 60_000)
})

describe('hashes in requirements.txt', () => {
  const greetings = 'f'.repeat(64)
  test('are honoured: another package than the one that was meant fails the build', async () => {
    const text = `greetings==1.0.0 --hash=sha256:${greetings}\n`
    const { error, log } = await built(
      await repoOf({ 'requirements.txt': text }, join(examples, 'hello-python')),
      'hello-python',
    )
    expect(error).toMatchObject({ code: 'invalid', message: 'pip install failed with exit code 1.' })
    expect(log).toMatch(/THESE PACKAGES DO NOT MATCH THE HASHES[^]*greetings==1.0.0[^]*Expected sha256 f{64}/)
  }, 60_000)
})

const wheel = 'greetings-1.0.0-py3-none-any.whl'
const hash = createHash('sha256')
  .update(readFileSync(join(examples, 'hello-python/wheelhouse', wheel)))
  .digest('hex')

describe('what pip installed', () => {
  const requirement = `greetings==1.0.0 --hash=sha256:${hash}\n`
  const repoWith = (files: Record<string, string>): Promise<string> =>
    repoOf(files, join(examples, 'hello-python'))

  test('is taken by later builds with the same hashes, without pip, and gives the same bytes as a fresh build', async () => {
    const repo = await repoWith({ 'requirements.txt': '-r more/base.txt\n', 'more/base.txt': requirement })
    const { work, error, log } = await built(repo, 'hello-python')
    expect(error, log).toBeUndefined()
    expect(log).toMatch(/What pip install made is kept as layer \w+ \(\d+ files\)\./)
    await commitTo(repo, { 'settings.py': 'greeting = "Salve"\n' })
    const again = { ref: 'main', work }
    const kept = await built(repo, 'hello-python', again)
    expect(kept.log).toMatch(/Taken from layer \w+ \(\d+ files\), as nothing has changed for pip install\./)
    expect(kept.log).not.toContain('$ python3 -m pip')
    const fresh = await built(repo, 'hello-python', { ...again, fresh: true })
    expect(fresh.log).toContain('$ python3 -m pip install')
    expect(kept.artifact?.digest).toBe(fresh.artifact?.digest)
    const names = namesIn(kept.tarball).filter((name) => /^site-packages\/(greet|__pyc)/.test(name))
    expect(names).toContainEqual(expect.stringMatching(/__pycache__\/greetings\.cpython-\d+\.pyc$/))

    await commitTo(repo, { 'wheelhouse/other-1.0.0-py3-none-any.whl': '' })
    expect((await built(repo, 'hello-python', again)).log).toContain('$ python3 -m pip install')

    await commitTo(repo, { 'more/base.txt': requirement.replace(' ', ' ; python_version < "3" ') })
    const changed = await built(repo, 'hello-python', again)
    expect(changed.log).toContain('$ python3 -m pip install')
    expect(namesIn(changed.tarball).filter((name) => name.startsWith('site-packages'))).toEqual([])
  }, 60_000)

  test('is not kept where something beside hashes decides it, and the log says what', async () => {
    const repo = await repoWith({})
    const open = await built(repo, 'hello-python')
    expect(open.log).toContain(
      "What pip install makes is not kept for later builds: 'greetings==1.0.0' in requirements.txt has no hash.",
    )
    await commitTo(repo, { 'requirements.txt': requirement, 'site-packages/own.py': '1\n' })
    const bringing = await built(repo, 'hello-python', { ref: 'main', work: open.work })
    expect(bringing.log).toContain('not kept for later builds: site-packages is in the repo.')
    expect(namesIn(bringing.tarball)).toContainEqual(
      expect.stringMatching(/^site-packages\/__pycache__\/own\./),
    )
    expect(namesIn(bringing.tarball)).toContain('site-packages/greetings.py')
  }, 60_000)
})

/** Puts a program on the PATH while `work` is done: it says its words in the log, and does what it is told by a shell script. */
const withTool = async <Result>(
  name: string,
  script: string,
  work: () => Promise<Result>,
): Promise<Result> => {
  const bin = await mkdtemp(join(top, 'bin-'))
  await writeFile(join(bin, name), `#!/bin/sh\necho "$PWD: $*" >&2\n${script}\n`)
  await chmod(join(bin, name), 0o755)
  const path = process.env['PATH']
  process.env['PATH'] = `${bin}:${path ?? ''}`
  try {
    return await work()
  } finally {
    process.env['PATH'] = path
  }
}

const exported = `./libs/lib\ngreetings==1.0.0 \\\n    --hash=sha256:${hash}\n`
// As the tools do: what is locked goes to the file that the option names.
const exporting = `while [ $# -gt 0 ]; do case $1 in --output*) printf '%s' '${exported}' >"$2";; esac; shift; done`

describe.each([
  [
    'uv',
    'uv.lock',
    /\/source: export --locked --no-dev --no-emit-project --no-editable --no-header --format requirements-txt --output-file \//,
  ],
  [
    'poetry',
    'poetry.lock',
    /\/source: export --only main --no-interaction --no-ansi --format requirements.txt --output \//,
  ],
])('what %s locked', (tool, lock, call) => {
  const lockedRepo = (): Promise<string> =>
    repoOf(
      {
        [lock]: '',
        'service.yaml': python.replace('web', 'hello-python'),
        ...pythonPackage('shop', 'sold'),
        ...below('libs/lib', pythonPackage('lib', 'lent')),
        'requirements/x.txt': '',
      },
      join(examples, 'hello-python'),
    ).then(withoutRequirements)

  test('is installed by pip with its hashes, and the service itself and what lies in its repo without', async () => {
    const repo = await lockedRepo()
    await withTool(tool, `case $1 in --version) echo "${tool} 9.8.7";; *) ${exporting};; esac`, async () => {
      const result = await built(repo, 'hello-python')
      expect(result.error, result.log).toBeUndefined()
      expect(result.log).toMatch(call)
      const release = await unpacked(result)
      expect(said(join(release, 'site-packages/bin/lib'))).toMatch(/^lent /)
      expect(said(join(release, 'site-packages/bin/shop'))).toMatch(/^sold /)
      expect(namesIn(result.tarball)).toContain('site-packages/greetings.py')
      const manifest = await readFile(join(release, '.artifact.json'), 'utf8')
      expect(JSON.parse(manifest)).toMatchObject({
        builtBy: {
          tool: expect.stringMatching(new RegExp(`^python3\\.\\d+ pip\\S+ ${tool}9\\.8\\.7$`)) as string,
        },
        searchPaths: { PATH: ['site-packages/bin'], PYTHONPATH: ['site-packages'] },
      })
      const again = await built(repo, 'hello-python', { work: result.work })
      expect(again.log).toMatch(
        /Taken from layer .* for pip install\.\nNot kept .* hashes of it: \.\/libs\/lib\.\n/,
      )
      expect(again.log.match(/\$ python3 -m pip install/g)).toHaveLength(2)
      expect(again.artifact).toEqual(result.artifact)
    })
  }, 60_000)

  test('needs it on the packer, which is told before anything is built', async () => {
    await expect(built(await repoOf({ [lock]: '', 'service.yaml': python }), 'web')).rejects.toMatchObject({
      code: 'unavailable',
      message: `The packer cannot run \`${tool} --version\`.`,
      hint: expect.stringMatching(`^${lock} needs it: run \`pipx install ${tool}`) as string,
    })
  })
})

test('a Poetry that cannot export is told of', async () => {
  const repo = await repoOf({ 'poetry.lock': '', 'service.yaml': python })
  await withTool('poetry', 'case $1 in --version) echo 1.3.2;; *) exit 1;; esac', async () => {
    expect((await built(repo, 'web')).error).toMatchObject({
      message: 'The packer cannot run `poetry export --help`.',
      hint: expect.stringContaining('pipx inject poetry poetry-plugin-export') as string,
    })
  })
})

/** A service of the examples as if it had been locked instead. */
const withoutRequirements = (repo: string): string => {
  execFileSync('git', ['rm', '-q', 'requirements.txt'], { cwd: repo })
  const author = ['-c', 'user.name=t', '-c', 'user.email=t@example.com']
  execFileSync('git', [...author, 'commit', '-qm', 'locked'], { cwd: repo })
  execFileSync('git', ['tag', '-f', 'v1'], { cwd: repo })
  return repo
}
