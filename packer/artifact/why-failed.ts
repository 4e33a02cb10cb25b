import { errnoOf, messageOf, PersonError } from '../../shared/errors.ts'
import { durationText } from '../../shared/wording.ts'
import { noSpaceForBuilds } from '../build/run-command.ts'
import { GitError } from '../git/git.ts'
import type { Deadline } from './deadline.ts'
import type { Workplace } from './workplace.ts'

/** Why a build that nobody stopped has failed, in words for a person where there are some. */
export const whyFailed = (error: unknown, { limit, directory, steps }: Workplace): unknown =>
  steps.nameIn(limit.signal.aborted ? tookTooLong(limit) : explain(error, directory))

const tookTooLong = ({ ms, name }: Deadline): PersonError =>
  new PersonError('invalid', `The build took longer than ${durationText(ms)} and was stopped.`, {
    hint: `Make it faster, or raise what limits it: ${name}.`,
  })

const explain = (error: unknown, directory: string): unknown => {
  if (errnoOf(error) === 'ENOSPC' || /No space left on device/.test(messageOf(error))) {
    return noSpaceForBuilds(directory, error)
  }
  return error instanceof GitError
    ? new PersonError('invalid', `git failed: ${error.message}.`, { cause: error })
    : error
}
