import { chown, mkdir } from 'node:fs/promises'
import { sharedDir, type HostPaths } from '../../shared/host/layout.ts'
import type { Launch } from '../releases/launch.ts'

/** What a service keeps across releases belongs to whom it runs as. */
export const prepareSharedDirectory = async (
  paths: HostPaths,
  { service, account }: Launch,
): Promise<void> => {
  const directory = sharedDir(paths, service)
  await mkdir(directory, { recursive: true })
  if (account && process.getuid?.() === 0) await chown(directory, account.uid, account.gid)
}
