import { execFile } from 'node:child_process'
import { PersonError } from '../../shared/errors.ts'

/** How long systemd may take to answer, in ms: it does so in a few, unless the host is in trouble. */
const answerLimit = 30_000
const maxOutput = 4 * 1024 * 1024

export interface Answer {
  /** Undefined when it was not there, or did not end in time. */
  readonly code: number | undefined
  readonly output: string
  readonly complaint: string
}

/** Asks systemd by one of its programs; a refusal is an answer, not an error. */
export const ask = (
  program: 'systemctl' | 'journalctl',
  args: readonly string[],
  limit = answerLimit,
): Promise<Answer> =>
  new Promise((resolve) => {
    const options = { timeout: limit, killSignal: 'SIGKILL', maxBuffer: maxOutput, encoding: 'utf8' } as const
    const child = execFile(program, args, options, (_, output, complaint) => {
      resolve({ code: child.exitCode ?? undefined, output, complaint: complaint.trim() })
    })
  })

/** The same, where anything but success is an error. */
export const tell = async (...args: readonly string[]): Promise<void> => {
  const { code, complaint } = await ask('systemctl', args)
  if (code === 0) return
  throw new PersonError('internal', `systemctl ${args.join(' ')} failed: ${complaint || 'no answer'}.`, {
    hint: 'Look at `systemctl status` and at the journal of this host.',
  })
}
