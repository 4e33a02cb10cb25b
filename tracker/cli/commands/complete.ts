import type { Command } from 'commander'
import { safeText } from '../../../shared/terminal-text.ts'
import { candidatesAt } from '../completion/candidates.ts'
import { positionOf, type Define } from '../completion/position.ts'
import type { Candidate } from '../completion/values.ts'
import { call, findTarget } from '../session.ts'

/** Somebody waits with a finger on the Tab key. */
const askWithinMs = 1000

/** For the scripts of `tracker completion`: one candidate a line, with a tab before what is to be said of it. */
export const completeBy =
  (define: Define) =>
  (command: Command): void => {
    command
      .argument('[words...]', 'the words after the program’s name; the last is the one under the cursor')
      .action(async (words: readonly string[]) => {
        const program = command.parent ?? command
        // An error would land in the middle of the line that somebody is typing.
        const answer = await answerTo(program, words, define).catch(() => '')
        // A look-up of a name cannot be cancelled, and would keep this process until it fails.
        process.stdout.write(answer, () => process.exit(0))
      })
  }

const answerTo = async (program: Command, words: readonly string[], define: Define): Promise<string> => {
  const position = await positionOf(program, words, define)
  const candidates = await candidatesAt(position, async (route, request) =>
    call({ target: await findTarget(position.given) }, route, request, askWithinMs),
  )
  return candidates === 'files' ? ':files\n' : candidates.map(lineOf).join('')
}

const lineOf = ({ value, about }: Candidate): string => `${value}\t${safeText(about)}\n`
