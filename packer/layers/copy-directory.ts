import { runGroup } from '../build/process-group.ts'

/**
 * Copies a directory with all that is in it. A file system that can share blocks until one of two copies is written does so; hard
 * links are out of the question, as whoever writes through one writes into both.
 */
export const copyDirectory = async (from: string, to: string, signal: AbortSignal): Promise<void> => {
  const env = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' }
  const args = ['--archive', '--reflink=auto', '--no-target-directory', '--', from, to]
  const result = await runGroup('cp', args, { cwd: '/', env, signal })
  signal.throwIfAborted()
  if (result.exitCode === 0) return
  throw new Error(`cp failed: ${result.startError ?? result.stderr.split('\n')[0] ?? ''}`)
}
