import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recipe } from './recipe.ts'

/** Raise it when layers are kept in another way. */
const layoutVersion = 1

/** The name of what a recipe makes: another one as soon as anything differs that decides it. */
export const layerKey = async (recipe: Recipe, environment: readonly string[]): Promise<string> => {
  const { name, decides, root } = recipe
  const files: (readonly string[])[] = []
  for (const path of [...recipe.files].sort()) files.push(await fileKey(root, path))
  return sha256(JSON.stringify([layoutVersion, name, environment, decides, root, files]))
}

const fileKey = async (root: string, path: string): Promise<readonly string[]> => {
  const stats = await stat(join(root, path)).catch(() => undefined)
  if (stats === undefined) return [path, 'missing']
  const mode = (stats.mode & 0o100) === 0 ? '' : 'executable'
  return [path, mode, sha256(await readFile(join(root, path)))]
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')
