import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseServiceFile } from '../service-file/service-file.ts'
import { propose } from './propose.ts'
import { survey } from './survey.ts'
import { writeUp } from './write-up.ts'

let top: string
beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'packer-init-'))
})
afterAll(() => rm(top, { recursive: true }))

type Files = Record<string, string>

const directoryOf = async (files: Files): Promise<string> => {
  const directory = join(await mkdtemp(join(top, 'x-')), 'My Shop')
  await mkdir(directory)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true })
    await writeFile(join(directory, name), text)
  }
  return directory
}

/** What the packer reads from what was written. */
const proposed = async (files: Files) => {
  const text = writeUp(await propose(await survey(await directoryOf(files))))
  return { text, ...parseServiceFile('service.yaml', text).written }
}

const packageJson = (value: object): string => JSON.stringify(value)
const express = `const app = require('express')(); app.get('/healthz', ok); app.listen(process.env.PORT || 3000)`
const flask = `import flask\napp = flask.Flask(__name__)\n@app.get("/health")\ndef health(): return "ok"\n`

describe('a first service.yaml', () => {
  test.each<[string, Files, object]>([
    [
      'of plain pages',
      { 'index.html': '<h1>Shop</h1>' },
      { build: { type: 'static' }, run: { command: 'python3 -m http.server $PORT' } },
    ],
    [
      'of an Express API',
      {
        'package.json': packageJson({ name: '@shop/Web_API', scripts: { start: 'node src/index.js' } }),
        'src/index.js': express,
        'src/index.test.js': 'app.listen(9999)',
      },
      {
        service: 'web-api',
        build: { type: 'node' },
        run: { command: 'node src/index.js', env: { NODE_ENV: 'production', PORT: 3000 } },
        health: { http: { port: '$PORT', path: '/healthz' } },
      },
    ],
    [
      'of a Next.js front end',
      { 'package.json': packageJson({ scripts: { start: 'next start' }, dependencies: { next: '15' } }) },
      {
        service: 'my-shop',
        run: { command: 'node_modules/.bin/next start', env: { NODE_ENV: 'production' } },
        health: { tcp: { port: 3000 } },
      },
    ],
    [
      'of a start script with more than one command',
      { 'package.json': packageJson({ scripts: { start: 'a && b' }, dependencies: { a: '1' } }) },
      { run: { command: 'npm start', env: { NODE_ENV: 'production' } } },
    ],
    [
      'of a server with a port of its own',
      { 'package.json': '{}', 'server.js': 'server.listen(4000)' },
      {
        run: { command: 'node server.js', env: { NODE_ENV: 'production' } },
        health: { tcp: { port: 4000 } },
      },
    ],
    [
      'of a Flask service with gunicorn',
      { 'requirements.txt': 'Flask==3\ngunicorn==23\n', 'shop/__init__.py': flask },
      {
        build: { type: 'python' },
        run: { command: 'python3 -m gunicorn shop:app --bind 0.0.0.0:$PORT', env: { PORT: 8000 } },
        health: { http: { port: '$PORT', path: '/health' } },
      },
    ],
    [
      'of a Flask service that runs itself',
      { 'app.py': `${flask}if __name__ == "__main__":\n    app.run(host="0.0.0.0", port=5001)\n` },
      { run: { command: 'python3 app.py' }, health: { http: { port: 5001, path: '/health' } } },
    ],
    [
      'of a FastAPI service',
      {
        'pyproject.toml': '[project]\nname = "orders"\ndependencies = ["fastapi", "uvicorn"]\n',
        'main.py': 'app = FastAPI()\n',
      },
      {
        service: 'orders',
        run: { command: 'python3 -m uvicorn main:app --host 0.0.0.0 --port $PORT', env: { PORT: 8000 } },
        health: { tcp: { port: '$PORT' } },
      },
    ],
    [
      'of a package with a command',
      {
        'pyproject.toml':
          '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "sums"\n[project.scripts]\nsum-up = "sums:main"\n',
        'uv.lock': '',
        'main.py': '',
      },
      { service: 'sums', build: { type: 'python' }, run: { command: 'sum-up' } },
    ],
    [
      'of a Django site with its own package.json',
      {
        'manage.py': '',
        'site/wsgi.py': '',
        'requirements.txt': 'django\ngunicorn',
        'package.json': '{ "devDependencies": { "sass": "1" } }',
      },
      { run: { command: 'python3 -m gunicorn site.wsgi --bind 0.0.0.0:$PORT', env: { PORT: 8000 } } },
    ],
    [
      'of a worker by its Procfile',
      {
        Procfile: 'release: python migrate.py\nworker: python work.py --all\n',
        'work.py': 'while True: pass',
      },
      { run: { command: 'python3 work.py --all' }, health: undefined },
    ],
    [
      'with a Procfile that is told its port',
      {
        'package.json': packageJson({ scripts: { start: 'node x' } }),
        Procfile: 'web: node server.js --port=$PORT # all',
      },
      { run: { command: 'node server.js --port=$PORT # all', env: { NODE_ENV: 'production', PORT: 8080 } } },
    ],
    [
      'of what nobody knows how to start fails when started',
      { 'package.json': 'not JSON' },
      { run: { command: expect.stringMatching(/exit 1$/) as string, env: { NODE_ENV: 'production' } } },
    ],
  ])('%s', async (_, files, expected) => {
    expect({ health: undefined, ...(await proposed(files)) }).toMatchObject(expected)
  })

  test('says why, and no text of the repo gets out of its line', async () => {
    const start = 'node a.js\nrun: { user: root }\n\u001b]0;x\u0007'
    const { text, run } = await proposed({ 'package.json': packageJson({ scripts: { start } }) })
    expect(text).toContain("  # package.json's start script is `node a.js run: { user: root } `\n")
    expect(text).toContain('# NO LOCKFILE: run `npm install`')
    expect(text).toContain('# no port was found, so it only has to stay up\n')
    expect(run.command).toMatch(/^node a\.js run: /)
    expect(text).not.toContain('\u001b')
  })

  test.each([
    [{ 'uv.lock': '' }, 'uv.lock says what is installed; the packer needs uv'],
    [{ 'poetry.lock': '' }, 'poetry.lock says what is installed; the packer needs poetry'],
    [
      { 'poetry.lock': '', 'requirements.txt': '' },
      'SEVERAL FILES: keep one of poetry.lock and requirements.txt, or name it as build.requirements',
    ],
    [{}, 'NO LOCK FILE: the newest that pyproject.toml allows is installed (`uv lock` makes one)'],
  ])('says what a Python build goes by: %j', async (files, remark) => {
    const { text } = await proposed({ 'pyproject.toml': 'not [TOML', 'app.py': '', ...files })
    expect(text).toContain(`\n# ${remark}\n`)
  })

  test('is not made up where nothing tells', async () => {
    await expect(proposed({ 'notes.txt': 'hello' })).rejects.toMatchObject({ code: 'invalid' })
  })
})
