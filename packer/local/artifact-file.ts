import { copyFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ArtifactStore } from '../../shared/artifact-store.ts'
import { errnoOf, PersonError } from '../../shared/errors.ts'

/** Takes what is built into one file, which is there whole or as it was before. */
export const artifactFile = (file: string): Pick<ArtifactStore, 'put'> => ({
  put: async (_digest, path, signal) => {
    const incoming = `${file}.${process.pid}.part`
    try {
      await copyFile(path, incoming)
      signal.throwIfAborted()
      await rename(incoming, file)
    } catch (error) {
      await rm(incoming, { force: true })
      signal.throwIfAborted()
      throw cannotWrite(file, errnoOf(error) ?? 'unknown error')
    }
  },
})

/** Before a build, as it may take minutes. Throws `usage` when the file could not be written anyway. */
export const checkArtifactFile = async (file: string): Promise<void> => {
  if ((await stat(file).catch(() => undefined))?.isDirectory()) throw cannotWrite(file, 'it is a directory')
  const parent = await stat(dirname(file)).catch(() => undefined)
  if (!parent?.isDirectory()) throw cannotWrite(file, `there is no directory ${dirname(file)}`)
}

const cannotWrite = (file: string, reason: string): PersonError =>
  new PersonError('usage', `${file} cannot be written: ${reason}.`, {
    field: '--output',
    hint: 'Give a file in a directory that is there: -o web.tar.gz.',
  })
