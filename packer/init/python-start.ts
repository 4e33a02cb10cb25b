import { parseProject, type Project } from '../build/python/project.ts'
import type { Reason, Start } from './proposal.ts'
import { unknownStart } from './proposal.ts'
import type { Survey } from './survey.ts'

const conventional = { flask: 5000, server: 8000 }

/** How a Python service is started, by its framework or its own command. */
export const pythonStart = async (seen: Survey): Promise<Start> => {
  const needs = await requirementsOf(seen)
  const application = applicationIn(seen)
  return (
    djangoStart(seen, needs) ??
    (application === undefined ? undefined : applicationStart(application, seen, needs)) ??
    (await commandStart(seen)) ??
    scriptStart(seen) ??
    unknownStart
  )
}

const programs = /^(gunicorn|uvicorn|hypercorn|daphne|flask|celery|waitress)(?=[ ]|$)/

/** A command of a Procfile, as it works on a host without a virtual environment. */
export const onHost = (command: string): string =>
  command.replace(/^python(?=[ ]|$)/, 'python3').replace(programs, 'python3 -m $1')

const requirementsOf = async ({ text }: Survey): Promise<string> =>
  [await text('requirements.txt'), await text('pyproject.toml')].join('\n').toLowerCase()

const djangoStart = ({ names, sources }: Survey, needs: string): Start | undefined => {
  if (!names.has('manage.py')) return undefined
  const because = 'there is manage.py (Django)'
  const wsgi = [...sources.keys()].find((path) => /^[^/]+\/wsgi\.py$/.test(path))
  return wsgi !== undefined && needs.includes('gunicorn')
    ? served(
        `gunicorn ${wsgi.replace('/wsgi.py', '.wsgi')} --bind 0.0.0.0:$PORT`,
        `${because}, and gunicorn in what it needs`,
      )
    : served(
        `manage.py runserver --noreload 0.0.0.0:$PORT`,
        `${because}; a server such as gunicorn would be better`,
        'python3',
      )
}

interface Application {
  readonly path: string
  readonly kind: 'flask' | 'asgi'
  /** `app:app`, as servers name it. */
  readonly name: string
}

const applicationIn = ({ sources }: Survey): Application | undefined => {
  for (const [path, text] of sources) {
    const [, variable, constructor] =
      /^(\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(Flask|FastAPI|Starlette)\(/m.exec(text) ?? []
    if (variable === undefined || !path.endsWith('.py')) continue
    const module = path.replace(/(\/__init__)?\.py$/, '').replaceAll('/', '.')
    return { path, kind: constructor === 'Flask' ? 'flask' : 'asgi', name: `${module}:${variable}` }
  }
  return undefined
}

const applicationStart = (
  { path, kind, name }: Application,
  { sources }: Survey,
  needs: string,
): Start | undefined => {
  const because = `${path} makes ${kind === 'flask' ? 'a Flask' : 'an ASGI'} application`
  if (kind === 'asgi' && needs.includes('uvicorn'))
    return served(
      `uvicorn ${name} --host 0.0.0.0 --port $PORT`,
      `${because}, and uvicorn is in what it needs`,
    )
  if (kind === 'flask' && needs.includes('gunicorn'))
    return served(`gunicorn ${name} --bind 0.0.0.0:$PORT`, `${because}, and gunicorn is in what it needs`)
  if (runsItself(sources.get(path)))
    return { command: `python3 ${path}`, because: `${because} and runs it`, port: conventional.flask }
  if (kind === 'asgi') return undefined
  const command = `python3 -m flask --app ${name} run --host 0.0.0.0 --port $PORT`
  return {
    command,
    because: `${because}; a server such as gunicorn would be better`,
    port: conventional.flask,
    takesPort: true,
  }
}

const served = (words: string, because: string, program = 'python3 -m'): Start => ({
  command: `${program} ${words}`,
  because,
  port: conventional.server,
  takesPort: true,
})

const runsItself = (text = ''): boolean => /__name__\s*==\s*['"]__main__['"]/.test(text)

/** A package has its commands on the PATH. */
const commandStart = async ({ text }: Survey): Promise<Start | undefined> => {
  const { isPackage, commands } = projectIn((await text('pyproject.toml')) ?? '')
  const [command] = commands
  if (!isPackage || command === undefined) return undefined
  return { command, because: `pyproject.toml has ${commands.join(' and ')} among its scripts` }
}

/** What cannot be read says nothing here; a build says what is wrong with it. */
const projectIn = (text: string): Pick<Project, 'isPackage' | 'commands'> => {
  try {
    return parseProject(text)
  } catch {
    return { isPackage: false, commands: [] }
  }
}

const scriptStart = ({ sources }: Survey): Start | undefined => {
  const usual = ['app.py', 'main.py', 'server.py', 'worker.py', 'run.py'].find((name) => sources.has(name))
  const path = usual ?? [...sources].find(([name, text]) => !name.includes('/') && runsItself(text))?.[0]
  return path === undefined ? undefined : { command: `python3 ${path}`, because: `there is ${path}` }
}

const lockfiles = { 'uv.lock': 'uv', 'poetry.lock': 'poetry', 'requirements.txt': 'pip' } as const

/** Which file says what is installed, and what the packer needs for that. */
export const pythonRemarks = ({ names }: Survey): Reason[] => {
  const found = Object.entries(lockfiles).filter(([name]) => names.has(name))
  const listed = found.map(([name]) => name).join(' and ')
  if (found.length > 1) {
    return [
      { key: 'build', because: `SEVERAL FILES: keep one of ${listed}, or name it as build.requirements` },
    ]
  }
  const [[file, tool] = []] = found
  if (file !== undefined) {
    return [{ key: 'build', because: `${file} says what is installed; the packer needs ${tool ?? ''}` }]
  }
  return names.has('pyproject.toml')
    ? [
        {
          key: 'build',
          because: 'NO LOCK FILE: the newest that pyproject.toml allows is installed (`uv lock` makes one)',
        },
      ]
    : []
}
