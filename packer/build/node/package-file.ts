import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { errnoOf, PersonError } from '../../../shared/errors.ts'

/** Old packages have odd things there, which npm overlooks as well. */
const Words = z.record(z.string(), z.string()).default({}).catch({})

/** Of package.json, what building looks at. */
const PackageFile = z.looseObject({
  name: z.string().optional(),
  scripts: Words,
  dependencies: Words,
  optionalDependencies: Words,
  peerDependencies: Words,
  engines: z.looseObject({ node: z.string().optional() }).default({}).catch({}),
  packageManager: z.string().optional(),
  bin: z.union([z.string(), Words]).optional().catch(undefined),
})
export type PackageFile = z.output<typeof PackageFile>

/** Undefined when there is none. Throws `invalid` when it is not one. */
export const readPackageFile = async (directory: string): Promise<PackageFile | undefined> => {
  const text = await readOptional(join(directory, 'package.json'))
  return text === undefined ? undefined : parsePackageFile(text)
}

/** Throws `invalid` when that is no package.json. */
export const parsePackageFile = (text: string): PackageFile => {
  const parsed = PackageFile.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new PersonError('invalid', 'package.json is not a valid package file.', {
    hint: 'Run `npm install` where it is: npm says what is wrong with it.',
    cause: parsed.error,
  })
}

export const readOptional = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
