import { tmpdir } from 'node:os'
import { PersonError } from '../../shared/errors.ts'
import { runGroup } from './process-group.ts'

/** What a tool says of its version, in one line. Throws `unavailable` with `hint` when it is missing or broken. */
export const askTool = async (command: string, args: readonly string[], hint: string): Promise<string> => {
  const result = await runGroup(command, args, {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
    signal: AbortSignal.timeout(30_000),
  })
  if (result.exitCode === 0) return result.stdout.trim()
  const asked = [command, ...args.slice(0, 2)].join(' ')
  throw new PersonError('unavailable', `The packer cannot run \`${asked}\`.`, { hint })
}
