import type { BuildConfig } from '../../shared/domain/build-config.ts'
import type { Builder } from './builder.ts'
import { commandBuilder } from './command.ts'
import { nodeBuilder } from './node.ts'
import { pluginBuilder } from './plugin.ts'
import { pythonBuilder } from './python.ts'
import { staticBuilder } from './static.ts'

const builtIn = new Map<string, Builder>(
  Object.entries({
    node: nodeBuilder,
    python: pythonBuilder,
    static: staticBuilder,
    command: commandBuilder,
  }),
)

export const builderFor = ({ type }: BuildConfig): Builder => builtIn.get(type) ?? pluginBuilder
