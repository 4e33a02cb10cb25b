import { PersonError } from '../../shared/errors.ts'
import { listening } from './listening.ts'
import { nodeRemarks, nodeStart, readPackage, type Package } from './node-start.ts'
import { procfileCommand } from './procfile.ts'
import type { Proposal, Reason, Start } from './proposal.ts'
import { onHost, pythonRemarks, pythonStart } from './python-start.ts'
import { serviceName } from './service-name.ts'
import type { Survey } from './survey.ts'

interface Kind {
  readonly type: string
  readonly because: string
  readonly start: Start
  readonly env: Readonly<Record<string, string>>
  readonly remarks: readonly Reason[]
}

/** How a service might be built, run and checked, by what its code looks like. Throws `invalid` when nothing tells. */
export const propose = async (seen: Survey): Promise<Proposal> => {
  const found = await readPackage(seen)
  const kind = await kindOf(seen, found)
  const { name, because } = await serviceName(seen, found)
  const { health, env, reasons } = listening(kind.start, seen)
  return {
    service: name,
    type: kind.type,
    command: kind.start.command.replace(/\s+/g, ' '),
    env: { ...kind.env, ...env },
    health,
    reasons: [
      { key: 'service', because },
      { key: 'build', because: kind.because },
      ...kind.remarks,
      { key: 'run.command', because: kind.start.because },
      ...reasons,
    ],
  }
}

const kindOf = async (seen: Survey, found: Package | undefined): Promise<Kind> => {
  const process = procfileCommand((await seen.text('Procfile')) ?? '')
  const asked: Start | undefined = process && {
    command: onHost(process.command),
    because: `the Procfile has it as ${process.name}`,
  }
  const python = pythonFile(seen)
  const isPython = python !== undefined && (found?.scripts['start'] === undefined || isPythonCommand(asked))
  if (found !== undefined && !isPython) return nodeKind(seen, found, asked)
  if (python !== undefined) return { ...pythonKind(seen, python), start: asked ?? (await pythonStart(seen)) }
  if (seen.names.has('index.html')) return staticKind
  throw new PersonError('invalid', `Nothing in ${seen.name} tells how it is built.`, {
    hint: 'It has no package.json, requirements.txt, pyproject.toml or other Python: give the directory of the service, or write service.yaml by hand.',
  })
}

const nodeKind = (seen: Survey, found: Package, asked: Start | undefined): Kind => ({
  type: 'node',
  because: 'there is package.json',
  start: asked ?? nodeStart(found, seen),
  env: { NODE_ENV: 'production' },
  remarks: nodeRemarks(found, seen),
})

const pythonKind = (seen: Survey, file: string): Omit<Kind, 'start'> => ({
  type: 'python',
  because: `there is ${file}`,
  env: {},
  remarks: pythonRemarks(seen),
})

const staticKind: Kind = {
  type: 'static',
  because: 'there is index.html, and nothing to build it with',
  start: {
    command: 'python3 -m http.server $PORT',
    because: 'any web server on the hosts will do',
    takesPort: true,
  },
  env: {},
  remarks: [],
}

const pythonFile = ({ names, sources }: Survey): string | undefined =>
  ['requirements.txt', 'pyproject.toml', 'manage.py'].find((name) => names.has(name)) ??
  [...sources.keys()].find((path) => /^[^/]+\.py$/.test(path))

const isPythonCommand = (start: Start | undefined): boolean =>
  start !== undefined && /^python3?\b/.test(start.command)
