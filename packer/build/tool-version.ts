import { tmpdir } from 'node:os'
import { PersonError } from '../../shared/errors.ts'
import { runGroup, type GroupResult } from './process-group.ts'
import { rustupHome } from './rustup-home.ts'

/** One build asks the same several times; after an upgrade the answer is soon the new one. */
const answerHoldsMs = 5000
const maxAnswers = 100
const answers = new Map<string, { readonly at: number; readonly text: string }>()

/** What a tool says of its version, in one line. Throws `unavailable` with `hint` when it is missing or broken. */
export const askTool = async (command: string, args: readonly string[], hint: string): Promise<string> => {
  const question = JSON.stringify([process.env['PATH'], command, ...args])
  const known = answers.get(question)
  if (known && performance.now() - known.at < answerHoldsMs) return known.text
  const result = await runOutsideBuilds(command, args)
  if (result.exitCode === 0) {
    const text = result.stdout.trim()
    if (answers.size > maxAnswers) answers.clear()
    answers.set(question, { at: performance.now(), text })
    return text
  }
  const asked = [command, ...args.slice(0, 2)].join(' ')
  throw new PersonError('unavailable', `The packer cannot run \`${asked}\`.`, { hint })
}

/** Runs something quick that belongs to no build; it is ended after 30 s. */
export const runOutsideBuilds = (
  command: string,
  args: readonly string[],
  input?: string,
): Promise<GroupResult> =>
  runGroup(command, args, {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', RUSTUP_HOME: rustupHome(process.env) },
    signal: AbortSignal.timeout(30_000),
    ...(input === undefined ? {} : { input }),
  })
