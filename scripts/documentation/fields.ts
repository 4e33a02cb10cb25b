import * as z from 'zod'

/** One row of a table of fields. */
export interface Field {
  /** `events[].state`, as one would write it to reach the value. */
  readonly path: string
  readonly type: string
  readonly required: boolean
}

type Schema = z.core.JSONSchema.Schema

/** Every field that a message may have. A choice of shapes gives the fields of all of them, each once. */
export const fieldsOf = (type: z.ZodType): Field[] => {
  const schema = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any', reused: 'inline' })
  const byPath = new Map<string, Field>()
  for (const field of fieldsIn(schema as Schema, '')) {
    const known = byPath.get(field.path)
    byPath.set(field.path, known ? mergeChoices(known, field) : field)
  }
  return [...byPath.values()]
}

const mergeChoices = (left: Field, right: Field): Field => ({
  path: left.path,
  type: left.type === right.type ? left.type : `${left.type} or ${right.type}`,
  required: left.required && right.required,
})

const fieldsIn = (schema: Schema, path: string): Field[] => {
  const choices = choicesOf(schema)
  if (choices.length > 0) {
    const all = choices.flatMap((choice) => fieldsIn(choice, path))
    const inEvery = (field: Field): boolean =>
      all.filter((other) => other.path === field.path).length === choices.length
    return all.map((field) => ({ ...field, required: field.required && inEvery(field) }))
  }
  if (schema.type === 'array') return fieldsIn(itemsOf(schema), `${path}[]`)
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const child = path === '' ? name : `${path}.${name}`
    const value = property as Schema
    const required = schema.required?.includes(name) ?? false
    return [{ path: child, type: typeOf(value), required }, ...fieldsIn(value, child)]
  })
}

const choicesOf = (schema: Schema): Schema[] =>
  ((schema.oneOf ?? schema.anyOf ?? []) as Schema[]).filter(hasFields)
const hasFields = (schema: Schema): boolean => schema.properties !== undefined || schema.type === 'array'
const itemsOf = (schema: Schema): Schema =>
  typeof schema.items === 'object' ? (schema.items as Schema) : ({} as Schema)

const typeOf = (schema: Schema): string => {
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum) return schema.enum.map(code).join(', ')
  const choices = (schema.oneOf ?? schema.anyOf) as Schema[] | undefined
  if (choices) return choices.map(typeOf).join(' or ')
  if (schema.type === 'array') return `list of ${typeOf(itemsOf(schema))}${limitsOf(schema, 'Items', '')}`
  if (schema.type === 'string') return `string${formOf(schema)}${limitsOf(schema, 'Length', ' characters')}`
  if (schema.type === 'integer' || schema.type === 'number') return `${schema.type}${rangeOf(schema)}`
  return typeof schema.type === 'string' ? schema.type : 'anything'
}

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``

const formOf = (schema: Schema): string => {
  if (schema.format !== undefined) return ` (${schema.format})`
  return schema.pattern === undefined ? '' : ` matching \`${schema.pattern.replaceAll('|', '\\|')}\``
}

const limitsOf = (schema: Schema, what: 'Items' | 'Length', unit: string): string => {
  const [least, most] = [schema[`min${what}`], schema[`max${what}`]]
  if (most === undefined) return ''
  return `, ${least === undefined ? 'up to' : `${least} to`} ${most}${unit}`
}

const rangeOf = ({ minimum, exclusiveMinimum, maximum }: Schema): string => {
  const least = minimum ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : undefined)
  const isBounded = (bound: number | undefined): bound is number =>
    bound !== undefined && Number.isSafeInteger(bound - 1) && Number.isSafeInteger(bound + 1)
  return [
    ...(isBounded(least) ? [` ≥ ${least}`] : []),
    ...(isBounded(maximum) ? [` ≤ ${maximum}`] : []),
  ].join(' and')
}
