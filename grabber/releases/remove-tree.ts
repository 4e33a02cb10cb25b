import { runProgram } from './run-program.ts'

/** Removes a directory with all that is in it; none there is fine. */
export const removeTree = (path: string, signal: AbortSignal): Promise<void> =>
  runProgram('rm', ['-rf', '--', path], signal)
