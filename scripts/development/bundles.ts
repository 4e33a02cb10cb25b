import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, watch } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '../../test/dev-env/poll.ts'
import { Program } from '../../test/dev-env/program.ts'
import { bundleFiles, paths, type BundleName } from './layout.ts'
import { show } from './screen.ts'

/** One change of a source writes several files. */
const settleMs = 200

const names = Object.keys(bundleFiles) as BundleName[]

/** Builds all programs, and again whenever a source changes; resolves once all are there. What does not build is shown. */
export const startBuilding = async (): Promise<Program> => {
  await rm(paths.bundles, { recursive: true, force: true })
  await mkdir(paths.bundles, { recursive: true })
  const builder = await Program.start({
    name: 'build',
    command: process.execPath,
    args: ['scripts/build.mjs', '--watch', paths.bundles],
    ready: /^/,
    onOutput: (text) => show('build', text),
  })
  await eventually('the first build', async () => (await contents()).size === names.length, 60_000)
  return builder
}

/** Calls `changed` with each program whose bundle is another than before, until `signal` aborts. */
export const watchBundles = async (
  changed: (name: BundleName) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  let known = await contents()
  try {
    for await (const _ of watch(paths.bundles, { signal })) {
      await delay(settleMs)
      const now = await contents()
      for (const [name, content] of now) if (content !== known.get(name)) await changed(name)
      // What does not build is not there for a while.
      known = new Map([...known, ...now])
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** A bundle names its chunks by their content, so its own content tells of every change. */
const contents = async (): Promise<Map<BundleName, string>> => {
  const found = new Map<BundleName, string>()
  for (const name of names) {
    const bytes = await readFile(bundleFiles[name]).catch(() => undefined)
    if (bytes) found.set(name, createHash('sha256').update(bytes).digest('hex'))
  }
  return found
}
