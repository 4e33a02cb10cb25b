import { parse, TomlError } from 'smol-toml'
import * as z from 'zod'
import { PersonError } from '../../../shared/errors.ts'

const Pyproject = z.looseObject({
  'build-system': z.looseObject({}).optional(),
  project: z.looseObject({ dependencies: z.array(z.string()).default([]) }).optional(),
  tool: z
    .looseObject({
      uv: z.looseObject({ package: z.boolean().default(true) }).prefault({}),
      poetry: z.looseObject({ 'package-mode': z.boolean().default(true) }).optional(),
    })
    .prefault({}),
})

/** What a pyproject.toml makes of the code beside it. */
export interface Project {
  /** Whether it is to be installed itself, with commands of its own. */
  readonly isPackage: boolean
  readonly dependencies: readonly string[]
}

/** Throws `invalid` when that is no pyproject.toml. */
export const parseProject = (text: string): Project => {
  const { 'build-system': buildSystem, project, tool } = read(text)
  const isMeantToBe = tool.uv.package && (tool.poetry?.['package-mode'] ?? true)
  const isDescribed = project !== undefined || tool.poetry !== undefined
  return {
    isPackage: buildSystem !== undefined && isDescribed && isMeantToBe,
    dependencies: project?.dependencies ?? [],
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
