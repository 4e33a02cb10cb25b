import type { Builder } from './builder.ts'
import { nodeBuilder } from './node.ts'
import { pythonBuilder } from './python.ts'

const builders: readonly Builder[] = [nodeBuilder, pythonBuilder]

export const builderFor = (type: Builder['type']): Builder => {
  const builder = builders.find((candidate) => candidate.type === type)
  if (builder === undefined) throw new Error(`there is no builder of type ${type}`)
  return builder
}
