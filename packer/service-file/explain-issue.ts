import * as z from 'zod'
import { ServiceConfig } from '../../shared/domain/service-config.ts'
import { nearest } from './nearest.ts'

export interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

type Issue = z.core.$ZodIssue

/** What is wrong with `file`, in words that name the key: one finding per unknown key, else one per issue. */
export const explainIssue = (issue: Issue, file: unknown): Finding[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      message: unknownKey(issue.path, key, file),
    }))
  }
  const ofType = issue.code === 'invalid_union' ? issuesOfType(issue.errors) : undefined
  if (ofType !== undefined) {
    return ofType.flatMap((inner) => explainIssue({ ...inner, path: [...issue.path, ...inner.path] }, file))
  }
  return [{ path: issue.path, message: `${issue.path.join('.') || 'the file'}: ${reasonOf(issue)}` }]
}

/** Of objects told apart by their `type`, what is wrong with the one whose type was given; else that no type fits. */
const issuesOfType = (branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined => {
  const aboutType = branches.map((issues) => issues.filter(({ path }) => path[0] === 'type'))
  if (aboutType.every((issues) => issues.length === 0)) return undefined
  return branches.find((_, index) => aboutType[index]?.length === 0) ?? aboutType.at(-1)
}

const unknownKey = (path: readonly PropertyKey[], key: string, file: unknown): string => {
  const known = keysAt(path, file)
  const suggestion = nearest(key, known)
  const where = path.length === 0 ? 'at the top' : `in ${path.join('.')}${typeAt(path, file)}`
  const advice = suggestion ? `did you mean '${suggestion}'?` : `there are: ${known.join(', ')}`
  return `unknown key '${key}' ${where}; ${advice}`
}

const reasonOf = (issue: Issue): string => {
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => inner.message).join(', ')
  if (issue.code === 'invalid_union') return unionReason(issue.errors)
  if (issue.code === 'invalid_value') {
    return `must be ${issue.values.map((value) => `'${String(value)}'`).join(' or ')}`
  }
  if (issue.code !== 'invalid_type') return issue.message
  return issue.message.endsWith('received undefined')
    ? 'is missing'
    : issue.message.replace(/^Invalid input: /, '')
}

/** The branch that got past the type says most; if none did, all that would have been right. */
const unionReason = (branches: readonly (readonly Issue[])[]): string => {
  const close = branches.find((branch) =>
    branch.some((inner) => inner.code !== 'invalid_type' || inner.path.length > 0),
  )
  if (close) return close.map(reasonOf).join(', ')
  const expected = branches.flat().flatMap((inner) => (inner.code === 'invalid_type' ? [inner.expected] : []))
  return `must be a ${[...new Set(expected)].join(' or ')}`
}

/** What the keys depend on, where they do: a mistyped type would else make right keys look wrong. */
const typeAt = (path: readonly PropertyKey[], file: unknown): string => {
  let value = file
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step]
  const { type } = value as { type?: unknown }
  return typeof type === 'string' ? ` of type '${type}'` : ''
}

/** The keys that the schema has at a path of the file. */
const keysAt = (path: readonly PropertyKey[], file: unknown): string[] => {
  let schema: z.core.$ZodType | undefined = ServiceConfig
  let value = file
  for (const step of path) {
    value = (value as Record<PropertyKey, unknown> | undefined)?.[step]
    schema = optionFor(shapeOf(schema)?.[String(step)], value)
  }
  return Object.keys(shapeOf(schema) ?? {})
}

/** Of a union of objects the one whose `type` the value has. */
const optionFor = (schema: z.core.$ZodType | undefined, value: unknown): z.core.$ZodType | undefined => {
  const { options } = definitionOf(schema)
  if (options === undefined) return schema
  const { type } = value as { type?: unknown }
  const all = options.map((option) => optionFor(option, value))
  return all.find((option) => {
    const typeSchema = shapeOf(option)?.['type']
    return typeSchema !== undefined && z.safeParse(typeSchema, type).success
  })
}

/** The shape of an object schema, through optional, default and the like. */
const shapeOf = (schema: z.core.$ZodType | undefined): Record<string, z.core.$ZodType> | undefined => {
  const { shape, innerType } = definitionOf(schema)
  return shape ?? (innerType ? shapeOf(innerType) : undefined)
}

interface Definition {
  readonly shape?: Record<string, z.core.$ZodType>
  readonly innerType?: z.core.$ZodType
  readonly options?: readonly z.core.$ZodType[]
}

const definitionOf = (schema: z.core.$ZodType | undefined): Definition =>
  (schema as { def?: Definition } | undefined)?.def ?? {}
