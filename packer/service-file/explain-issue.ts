import type * as z from 'zod'
import { ServiceConfig } from '../../shared/domain/service-config.ts'
import { nearest } from './nearest.ts'

export interface Finding {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

type Issue = z.core.$ZodIssue

/** What is wrong, in words that name the key: one finding per unknown key, else one per issue. */
export const explainIssue = (issue: Issue): Finding[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: unknownKey(issue.path, key) }))
  }
  return [{ path: issue.path, message: `${issue.path.join('.') || 'the file'}: ${reasonOf(issue)}` }]
}

const unknownKey = (path: readonly PropertyKey[], key: string): string => {
  const known = keysAt(path)
  const suggestion = nearest(key, known)
  const where = path.length === 0 ? 'at the top' : `in ${path.join('.')}`
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

/** The keys that the schema has at a path. */
const keysAt = (path: readonly PropertyKey[]): string[] => {
  let schema: z.core.$ZodType | undefined = ServiceConfig
  for (const step of path) schema = shapeOf(schema)?.[String(step)]
  return Object.keys(shapeOf(schema) ?? {})
}

/** The shape of an object schema, through optional, default and the like. */
const shapeOf = (schema: z.core.$ZodType | undefined): Record<string, z.core.$ZodType> | undefined => {
  const definition = (schema as { def?: { shape?: object; innerType?: z.core.$ZodType } } | undefined)?.def
  if (definition?.shape) return definition.shape as Record<string, z.core.$ZodType>
  return definition?.innerType ? shapeOf(definition.innerType) : undefined
}
