import type { Start } from './proposal.ts'
import { unknownStart } from './proposal.ts'
import type { Survey } from './survey.ts'

const conventional = { flask: 5000, server: 8000 }

/** How a Python service is started, by its framework. Programs go by `python3 -m`: those of dependencies are not on the PATH. */
export const pythonStart = async (seen: Survey): Promise<Start> => {
  const needs = await requirementsOf(seen)
  const application = applicationIn(seen)
  return (
    djangoStart(seen, needs) ??
    (application === undefined ? undefined : applicationStart(application, seen, needs)) ??
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

const scriptStart = ({ sources }: Survey): Start | undefined => {
  const usual = ['app.py', 'main.py', 'server.py', 'worker.py', 'run.py'].find((name) => sources.has(name))
  const path = usual ?? [...sources].find(([name, text]) => !name.includes('/') && runsItself(text))?.[0]
  return path === undefined ? undefined : { command: `python3 ${path}`, because: `there is ${path}` }
}
