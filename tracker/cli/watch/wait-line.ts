import type { DeployDetail } from '../../../shared/api/deploys.ts'
import { safeText } from '../../../shared/terminal-text.ts'
import { dateTimeOf, spanOf } from '../output/times.ts'

/** What a deploy that has not begun waits for; nothing once it has. */
export const waitLines = ({ state, notBefore, waitsFor }: DeployDetail, now: number): string[] => {
  if (state !== 'queued') return []
  if (notBefore !== undefined && notBefore > now)
    return [`  begins at ${dateTimeOf(notBefore)}, in ${spanOf(notBefore - now)}`]
  return [`  waits: ${safeText(waitsFor ?? 'it is to begin now')}`]
}
