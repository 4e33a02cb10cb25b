import { mkdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { upgradeDir } from '../../shared/host/layout.ts'
import { writeDurably } from '../durable.ts'
import { launcherScript } from './launcher-script.ts'
import { readSlot, writeSlot } from './slots.ts'

export interface LauncherSetUp {
  /** The shell script that a host starts, with the state directory and the path of node. */
  readonly launcher: string
  readonly state: string
  /** The grabber that is run: the one that was given, unless there was one before. */
  readonly directory: string
}

/** Puts the launcher into the state directory, and `program` as its first grabber unless it has one: that is upgraded by deploys. */
export const setUpLauncher = async (state: string, program: string): Promise<LauncherSetUp> => {
  await mkdir(join(upgradeDir(state), 'first'), { recursive: true, mode: 0o700 })
  const home = await realpath(state)
  const launcher = join(upgradeDir(home), 'launcher')
  await writeDurably(launcher, launcherScript, 0o755)
  if (readSlot(home, 'good') === undefined) {
    const directory = join(upgradeDir(home), 'first')
    await writeDurably(join(directory, 'grabber.cjs'), await readFile(program, 'utf8'))
    await writeSlot(home, 'good', { seq: 0, directory })
  }
  return { launcher, state: home, directory: readSlot(home, 'good')?.directory ?? '' }
}
