import { join } from 'node:path'
import type { Digest } from '../domain/names.ts'
import type { ConfigId } from '../domain/settings.ts'

/** The root of all services on a host, and the grabber's own state. Every path on a host is named here, once. */
export interface HostPaths {
  readonly root: string
  readonly state: string
}

export const servicesDir = (paths: HostPaths): string => join(paths.root, 'services')
export const serviceDir = (paths: HostPaths, service: string): string => join(servicesDir(paths), service)
export const stagingDir = (paths: HostPaths, service: string): string =>
  join(serviceDir(paths, service), '.staging')
export const releasesDir = (paths: HostPaths, service: string): string =>
  join(serviceDir(paths, service), 'releases')
export const releaseDir = (paths: HostPaths, service: string, digest: Digest): string =>
  join(releasesDir(paths, service), digest)
export const currentLink = (paths: HostPaths, service: string): string =>
  join(serviceDir(paths, service), 'current')
export const sharedDir = (paths: HostPaths, service: string): string =>
  join(serviceDir(paths, service), 'shared')
export const logDir = (paths: HostPaths, service: string): string => join(serviceDir(paths, service), 'log')

/** In a release, written by the grabber once every file is whole: this directory is what its name says. */
export const releaseMarker = '.release.json'

export const journalFile = (paths: HostPaths, service: string): string =>
  join(paths.state, 'journal', `${service}.json`)
export const processFile = (paths: HostPaths, service: string): string =>
  join(paths.state, 'process', `${service}.json`)
/** What the supervisor itself last saw of the service's process: means something within one boot only. */
export const runFile = (paths: HostPaths, service: string): string =>
  join(paths.state, 'process', `${service}.run`)
/** Settings of one service on this host alone (`NAME=value` lines), written by whoever runs the host. */
export const environmentFile = (paths: HostPaths, service: string): string =>
  join(paths.state, 'env', `${service}.env`)
/** One config of a service, as the tracker gave it to this host: it holds secrets. */
export const configFile = (paths: HostPaths, service: string, id: ConfigId): string =>
  join(paths.state, 'config', `${service}.${id}.json`)
export const identityFile = (state: string): string => join(state, 'identity.json')
/** The grabber's own slots, and the launcher that runs one of them. */
export const upgradeDir = (state: string): string => join(state, 'upgrade')
/** Room that is kept for the way back, on the filesystem of the service and on that of the state. */
export const reserveFiles = (paths: HostPaths, service: string): string[] => [
  join(serviceDir(paths, service), '.reserve'),
  join(paths.state, 'journal', `${service}.reserve`),
]
export const lockFile = (state: string): string => join(state, 'grabber.lock')
