import { execa } from 'execa'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { Tracker } from './tracker.ts'

/** Node's options, to be given in NODE_OPTIONS, under which a program's clock is that many minutes ahead. */
export const clockShiftedBy = async (directory: string, minutes: number): Promise<string> => {
  const file = join(directory, `clock${minutes}.cjs`)
  await writeFile(file, `const now = Date.now; Date.now = () => now() + ${minutes * 60_000}\n`)
  return `--require ${file}`
}

const Running = z.object({ process: z.object({ pid: z.int() }) })

/** Of the nats-server that a tracker started. */
export const natsPidOf = async ({ data }: Tracker): Promise<number> =>
  Running.parse(JSON.parse(await readFile(join(data, 'nats/server.json'), 'utf8'))).process.pid

/** Until disposed, nobody can write in the directory or below. Not by its rights alone: root may write whatever they are. */
export const readOnly = async (directory: string): Promise<AsyncDisposable> => {
  await mkdir(directory, { recursive: true })
  if (process.getuid?.() !== 0) {
    await execa('chmod', ['-R', 'a-w', directory])
    return {
      [Symbol.asyncDispose]: async () => {
        await execa('chmod', ['-R', 'u+w', directory])
      },
    }
  }
  await execa('mount', ['--bind', directory, directory])
  await execa('mount', ['-o', 'remount,bind,ro', directory])
  return {
    [Symbol.asyncDispose]: async () => {
      await execa('umount', ['--lazy', directory])
    },
  }
}
