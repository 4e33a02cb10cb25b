import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Does something where of the whole repo only some files are there, so that nothing else can decide what comes of it. Then all is
 * there again, with the directories that `made` names. When it fails nothing is put back, as then the build has failed.
 */
export const alone = async (
  checkout: string,
  files: readonly string[],
  made: () => Promise<readonly string[]>,
  task: () => Promise<void>,
): Promise<void> => {
  const aside = `${checkout}.aside`
  await rename(checkout, aside)
  await mkdir(checkout)
  for (const path of files) {
    await mkdir(dirname(join(checkout, path)), { recursive: true })
    await copyFile(join(aside, path), join(checkout, path))
  }
  await task()
  for (const path of await made()) await rename(join(checkout, path), join(aside, path))
  await rm(checkout, { recursive: true })
  await rename(aside, checkout)
}
