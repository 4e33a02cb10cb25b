import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { HostConfig, versionOf, type ConfigId } from '../../shared/domain/settings.ts'
import { PersonError } from '../../shared/errors.ts'
import { configFile, type HostPaths } from '../../shared/host/layout.ts'
import { writeDurably } from '../durable.ts'

/** Keeps a config for whenever its release is started, or started again: durably, and readable by the grabber alone. */
export const keepConfig = (paths: HostPaths, service: string, config: HostConfig): Promise<void> =>
  writeDurably(configFile(paths, service, config.id), JSON.stringify(config), 0o600)

/** Throws `conflict` when it is not there, or not whole: nothing is started with half of its settings. */
export const readConfig = async (paths: HostPaths, service: string, id: ConfigId): Promise<HostConfig> => {
  try {
    const config = HostConfig.parse(JSON.parse(await readFile(configFile(paths, service, id), 'utf8')))
    if (config.id === id) return config
  } catch {
    // Told as below. What it says itself may hold a secret.
  }
  throw new PersonError('conflict', `Config ${versionOf(id)} of ${service} is no longer on this host.`, {
    hint: 'Deploy again: the order brings it.',
  })
}

/** Removes all of a service's configs but those. */
export const removeConfigs = async (
  paths: HostPaths,
  service: string,
  keep: ReadonlySet<ConfigId>,
): Promise<void> => {
  const kept = new Set([...keep].map((id) => basename(configFile(paths, service, id))))
  const directory = dirname(configFile(paths, service, ''))
  const names = await readdir(directory).catch(() => [])
  const doomed = names.filter((name) => name.startsWith(`${service}.`) && !kept.has(name))
  for (const name of doomed) await rm(`${directory}/${name}`, { force: true })
}
