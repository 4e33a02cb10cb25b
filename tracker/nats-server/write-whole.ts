import { renameSync, writeFileSync } from 'node:fs'

/** Replaces a file that only its owner may read, so that nobody ever sees half of it. */
export const writeWhole = (path: string, content: string): void => {
  writeFileSync(`${path}.new`, content, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
