import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { withSearchPaths } from '../../shared/domain/search-paths.ts'
import { PersonError } from '../../shared/errors.ts'
import { freePort } from '../../test/dev-env/free-port.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import type { Artifact } from './build.ts'

/** Runs a release where it lies by its own command until it is healthy; ends it. Says how long that took, in ms. */
export const runUnpacked = async ({ release, manifest }: Artifact, top: string): Promise<number> => {
  const { service, config, searchPaths } = manifest
  const shared = join(top, 'shared', service)
  await mkdir(shared, { recursive: true })
  const ofHost = runtimes[config.build.type] ?? []
  const tools = [...basics, ...(searchPaths.PATH?.includes('.runtime/bin') ? [] : ofHost)]
  const bare = {
    ...config.run.env,
    PATH: await pathOf(tools, join(top, 'bin', service)),
    PORT: String(await freePort()),
    APPTRACKER_SHARED_DIR: shared,
  }
  const env = withSearchPaths(bare, searchPaths, release)
  const began = Date.now()
  const child = spawn('/bin/sh', ['-c', `exec ${config.run.command}`], {
    cwd: release,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-2000)))
  try {
    await eventually(`${service} to be healthy`, () => isHealthy(manifest, release, env))
    return Date.now() - began
  } finally {
    await end(child, `${service} ended by itself: ${said.trim()}`)
  }
}

/** All that a host has here, beside what the kind of service is run with: that only for one that does not bring it along. */
const basics = ['sh', 'env', 'dirname', 'readlink']
const runtimes: Readonly<Record<string, readonly string[]>> = { node: ['node'], python: ['python3'] }

const pathOf = async (tools: readonly string[], directory: string): Promise<string> => {
  await mkdir(directory, { recursive: true })
  for (const tool of tools) {
    const asked =
      tool === 'python3'
        ? execa('python3', ['-c', 'import sys; print(sys.executable)'])
        : execa('which', [tool])
    await symlink((await asked).stdout, join(directory, tool))
  }
  return directory
}

const isHealthy = async (
  { config: { health } }: Artifact['manifest'],
  release: string,
  env: Record<string, string>,
): Promise<boolean> => {
  if (health.command !== undefined)
    return (
      (await execa('/bin/sh', ['-c', health.command], { cwd: release, env, extendEnv: false, reject: false }))
        .exitCode === 0
    )
  const address = `http://127.0.0.1:${env['PORT'] ?? ''}${health.http?.path ?? '/'}`
  return fetch(address).then(
    ({ ok }) => ok,
    () => false,
  )
}

const end = async (child: ChildProcess, complaint: string): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new PersonError('invalid', complaint)
  }
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const limit = setTimeout(() => child.kill('SIGKILL'), 5000)
  await ended
  clearTimeout(limit)
}
