import { parse, TomlError } from 'smol-toml'
import * as z from 'zod'
import { PersonError } from '../../../shared/errors.ts'

const Scripts = z.record(z.string(), z.unknown()).default({})

const Pyproject = z.looseObject({
  'build-system': z.looseObject({}).optional(),
  project: z.looseObject({ dependencies: z.array(z.string()).default([]), scripts: Scripts }).optional(),
  tool: z
    .looseObject({
      uv: z.looseObject({ package: z.boolean().default(true) }).prefault({}),
      poetry: z.looseObject({ 'package-mode': z.boolean().default(true), scripts: Scripts }).optional(),
    })
    .prefault({}),
})

/** What a pyproject.toml makes of the code beside it. */
export interface Project {
  /** Whether it is to be installed itself, with commands of its own. */
  readonly isPackage: boolean
  readonly dependencies: readonly string[]
  /** Names of the commands that it has once it is installed. */
  readonly commands: readonly string[]
}

/** Throws `invalid` when that is no pyproject.toml. */
export const parseProject = (text: string): Project => {
  const { 'build-system': buildSystem, project, tool } = read(text)
  const isMeantToBe = tool.uv.package && (tool.poetry?.['package-mode'] ?? true)
  const isDescribed = project !== undefined || tool.poetry !== undefined
  return {
    isPackage: buildSystem !== undefined && isDescribed && isMeantToBe,
    dependencies: project?.dependencies ?? [],
    commands: Object.keys({ ...project?.scripts, ...tool.poetry?.scripts }),
  }
}

const read = (text: string): z.output<typeof Pyproject> => {
  try {
    return Pyproject.parse(parse(text))
  } catch (error) {
    const where = error instanceof TomlError ? ` (line ${error.line})` : ''
    throw new PersonError('invalid', `pyproject.toml cannot be read${where}.`, {
      hint: 'Run `python3 -m pip install .` beside it: pip says what is wrong with it.',
      cause: error,
    })
  }
}
