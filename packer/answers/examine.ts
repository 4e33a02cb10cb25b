import { createHash, randomBytes } from 'node:crypto'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as z from 'zod'
import type { ArtifactStore } from '../../shared/artifact-store.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import type { examinePackerCall } from '../../shared/messages/examine-packer.ts'
import { within } from '../../shared/time-limit.ts'
import type { BuildTools } from '../artifact/workplace.ts'
import { askTool } from '../build/tool-version.ts'

type Reply = z.input<typeof examinePackerCall.reply>
type StoreFault = Reply['storeFault']

const storeWithinMs = 4000

const commands = {
  git: ['git', '--version'],
  node: ['node', '--version'],
  npm: ['npm', '--version'],
  python: ['python3', '--version'],
} as const

/** What this packer can build with, and whether it can store what it builds. */
export const examine = async (id: string, { store, paths }: BuildTools): Promise<Reply> => {
  const [tools, disk, storeFault] = await Promise.all([
    toolVersions(),
    statfs(paths.build),
    tryStore(store, paths.build),
  ])
  const freeRoom = disk.bavail * disk.bsize
  return { v: 1, packer: id, tools, freeRoom, ...(storeFault ? { storeFault } : {}) }
}

const toolVersions = async (): Promise<Reply['tools']> => {
  const found = await Promise.all(
    Object.entries(commands).map(async ([name, [command, flag]]) => [name, await versionOf(command, flag)]),
  )
  return Object.fromEntries(found.filter(([, version]) => version !== undefined)) as Reply['tools']
}

const versionOf = async (command: string, flag: string): Promise<string | undefined> => {
  const said = await askTool(command, [flag], '').catch(() => '')
  return /\d+(\.\d+)+/.exec(said)?.[0]
}

const tryStore = async (store: ArtifactStore, directory: string): Promise<StoreFault> =>
  within(storeWithinMs, storeAndRemove(store, directory)).then(
    () => undefined,
    (error: unknown) => ({
      message: messageOf(error),
      ...(error instanceof PersonError && error.hint !== undefined ? { hint: error.hint } : {}),
    }),
  )

const storeAndRemove = async (store: ArtifactStore, directory: string): Promise<void> => {
  const content = randomBytes(32)
  const digest = createHash('sha256').update(content).digest('hex')
  const file = join(directory, `examination-${digest.slice(0, 12)}`)
  try {
    await writeFile(file, content)
    await store.put(digest, file, AbortSignal.timeout(storeWithinMs))
    if (await store.has(digest)) return
    throw new PersonError('unavailable', 'The artifact store does not have what was just stored in it.')
  } finally {
    await rm(file, { force: true })
    await store.remove(digest)
  }
}
