import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ArtifactManifest, manifestPath } from '../../shared/domain/artifact.ts'
import type { Needs } from '../../shared/domain/needs.ts'
import { withSearchPaths } from '../../shared/domain/search-paths.ts'
import type { ServiceConfig } from '../../shared/domain/service-config.ts'
import type { HostConfig } from '../../shared/domain/settings.ts'
import { errnoOf, messageOf, PersonError } from '../../shared/errors.ts'
import { parseEnvironmentFile } from '../../shared/environment-file.ts'
import type { Edition } from '../../shared/host/edition.ts'
import { environmentFile, releaseDir, sharedDir, type HostPaths } from '../../shared/host/layout.ts'
import { findAccount, type Account } from './account.ts'
import { concealing, type Conceal } from './conceal.ts'
import { readConfig } from './config-store.ts'

/** All that is needed to run a release: from the release itself, its settings, and those of this host alone. */
export interface Launch {
  readonly service: string
  readonly edition: Edition
  readonly version: string
  /** The resolved path of the release, where it is started. */
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  /** For what it writes, before anybody is shown that. */
  readonly conceal: Conceal
  /** The user that it asks to run as; absent when it does not ask: then as the grabber does. */
  readonly account?: Account
  readonly config: ServiceConfig
  /** What it needs of this host. */
  readonly needs: Needs
}

/**
 * Reads how to run a release, which lies in `directory` while it is not published yet. Throws PersonError when the release or
 * the host's own settings are not usable.
 */
export const readLaunch = async (
  paths: HostPaths,
  service: string,
  edition: Edition,
  directory = releaseDir(paths, service, edition.digest),
): Promise<Launch> => {
  const manifest = await readManifest(directory, service)
  const settings = await settingsOf(paths, service, edition)
  const { user } = manifest.config.run
  const account = user === undefined ? undefined : await findAccount(user)
  const environment = {
    ...baseEnvironment(),
    ...(account ? { HOME: account.home, USER: account.name, LOGNAME: account.name } : {}),
    ...manifest.config.run.env,
    ...settings?.env,
    ...(await localEnvironment(environmentFile(paths, service))),
    APPTRACKER_SERVICE: service,
    APPTRACKER_VERSION: manifest.version,
    APPTRACKER_SHARED_DIR: sharedDir(paths, service),
  }
  return {
    service,
    edition,
    version: manifest.version,
    directory,
    ...(account ? { account } : {}),
    config: manifest.config,
    needs: manifest.needs,
    conceal: concealing(settings ? [settings] : []),
    environment: withSearchPaths(environment, manifest.searchPaths, directory),
  }
}

const settingsOf = async (
  paths: HostPaths,
  service: string,
  { config }: Edition,
): Promise<HostConfig | undefined> => (config === undefined ? undefined : readConfig(paths, service, config))

/** What the artifact in `directory` says of itself. Throws `invalid` unless it is one of `service`. */
export const readManifest = async (directory: string, service: string): Promise<ArtifactManifest> => {
  const manifest = await readFile(join(directory, manifestPath), 'utf8')
    .then((text) => ArtifactManifest.parse(JSON.parse(text)))
    .catch((error: unknown) => {
      throw new PersonError(
        'invalid',
        `The artifact's manifest ${manifestPath} cannot be used: ${messageOf(error)}.`,
        { hint: 'Build it again with a packer of the same version as this grabber.', cause: error },
      )
    })
  if (manifest.service !== service || manifest.config.service !== service)
    throw new PersonError('invalid', `The artifact is one of service ${manifest.service}, not of ${service}.`)
  return manifest
}

/** The grabber's own variables are not the service's business; these few every program expects. */
const baseEnvironment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: process.env['HOME'] ?? '/',
  LANG: process.env['LANG'] ?? 'C.UTF-8',
})

const localEnvironment = async (path: string): Promise<Record<string, string>> => {
  try {
    return parseEnvironmentFile(await readFile(path, 'utf8'), path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return {}
    throw error
  }
}
