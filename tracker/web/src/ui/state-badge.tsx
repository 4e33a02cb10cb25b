import type { ReactElement } from 'react'
import { Icon } from './icon.tsx'
import type { Look } from './looks.ts'

export const StateBadge = ({ look }: { look: Look }): ReactElement => (
  <span className={`badge tone-${look.tone}`}>
    <Icon name={look.icon} />
    {look.word}
  </span>
)
