import { readdirSync, readFileSync } from 'node:fs'
import { rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

const units = '/etc/systemd/system'
const hierarchies = '/sys/fs/cgroup'

/** Stops what systemd keeps running for grabbers below a directory, so that it does not go on trying when that is gone. */
export const stopUnits = async (path: string): Promise<void> => {
  const names = list(units).filter(
    (name) => name.startsWith('apptracker-') && readFileSync(join(units, name), 'utf8').includes(`${path}/`),
  )
  if (names.length === 0) return
  await execa('systemctl', ['kill', '--signal=SIGKILL', ...names], { reject: false })
  await execa('systemctl', ['stop', ...names])
  for (const name of names) await rm(join(units, name))
}

/** Removes the cgroups that shims made for grabbers below a directory, once their processes are gone. */
export const removeCgroups = async (path: string): Promise<void> => {
  const prefix = `apptracker${path.replaceAll('/', '+')}+`
  for (const hierarchy of [hierarchies, ...list(hierarchies).map((name) => join(hierarchies, name))]) {
    const own = list(hierarchy).filter((name) => name.startsWith(prefix))
    for (const name of own) await rmdir(join(hierarchy, name)).catch(() => undefined)
  }
}

const list = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
