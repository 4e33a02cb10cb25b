import { runProgram } from './run-program.ts'

/** syncfs(2), which Node does not have: `sync -f` writes out the filesystem that holds `path`, and says whether it worked. */
export const syncFilesystemOf = (path: string, signal: AbortSignal): Promise<void> =>
  runProgram('sync', ['-f', path], signal)
