import { mkdirSync } from 'node:fs'
import type { Launch } from '../../grabber/releases/launch.ts'
import { findAccount } from '../../grabber/releases/account.ts'
import { releaseDir, sharedDir, type HostPaths } from '../../shared/host/layout.ts'
import { ServiceConfig } from '../../shared/domain/service-config.ts'

export const digest = 'a'.repeat(64)
export const asItIs = (text: string): string => text

/** How to run a command as a release of `web`, as if it had been installed; `run` is more of service.yaml's `run`. */
export const launchOf = async (
  paths: HostPaths,
  command: string,
  run: Record<string, unknown> = {},
): Promise<Launch> => {
  const directory = releaseDir(paths, 'web', digest)
  mkdirSync(directory, { recursive: true })
  const config = ServiceConfig.parse({
    service: 'web',
    build: { type: 'node' },
    run: { command, stop: { grace: '1s' }, ...run },
  })
  const { user } = config.run
  const account = user === undefined ? undefined : await findAccount(user)
  return {
    service: 'web',
    edition: { digest },
    version: 'v1',
    directory,
    ...(account ? { account } : {}),
    environment: {
      PATH: process.env['PATH'] ?? '',
      ...(account ? { HOME: account.home, USER: account.name, LOGNAME: account.name } : {}),
      ...config.run.env,
      APPTRACKER_SHARED_DIR: sharedDir(paths, 'web'),
    },
    config,
    needs: {},
    conceal: asItIs,
  }
}
