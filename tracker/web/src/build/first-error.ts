import type { LogLine } from '../../../../shared/domain/event.ts'
import { plainText } from '../text/plain-text.ts'

/** The words that tools use for it. `0 errors` is none, and neither is a file that is named so. */
const telling =
  /^\s*(error|fatal|panic|traceback)\b|(^|[\s:[])(error|err!|exception|fatal error|failed|failure)([\s:!\])]|$)/i
const harmless = /\b(0|no) (errors?|failed|failures?)\b/i

/** Where to look first in the log of a build that failed: undefined when no line looks like an error. */
export const firstError = (lines: readonly LogLine[]): number | undefined => {
  const index = lines.findIndex(({ stream, text }) => {
    const shown = plainText(text)
    return stream !== 'packer' && telling.test(shown) && !harmless.test(shown)
  })
  return index < 0 ? undefined : index
}
