import type { HookSource } from '../../../shared/domain/hook.ts'
import { generic, trigger } from './generic.ts'
import { gitea } from './gitea.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import type { Source } from './source.ts'

export const sources: Readonly<Record<HookSource, Source>> = { github, gitlab, gitea, generic, trigger }
