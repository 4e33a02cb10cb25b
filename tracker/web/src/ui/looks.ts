import type { IconName } from './icon.tsx'

/** What a colour stands for. Each has its token in tokens.css. */
export type Tone = 'plain' | 'busy' | 'ready' | 'active' | 'good' | 'warning' | 'bad'

/** How a state is told apart: never by colour alone. */
export interface Look {
  readonly word: string
  readonly icon: IconName
  readonly tone: Tone
}
