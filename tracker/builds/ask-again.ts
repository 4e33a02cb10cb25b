import { PersonError } from '../../shared/errors.ts'

/** So long after the first time it is asked again, in ms. */
const againAfterMs = [10_000, 30_000]

/**
 * Asks once more while nobody answers, as who had the question may have been killed, or it was lost with the connection: the
 * first word counts, whoever says it. For what may be asked twice. Throws `unavailable` when nobody answers within `ms`, or at
 * once when nobody is there.
 */
export const askAgain = <Answer>(
  ask: (withinMs: number) => Promise<Answer>,
  withinMs: number,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    let open = 0
    const askFor = (ms: number): void => {
      open++
      ask(ms)
        .finally(() => open--)
        .then(settle(resolve), (error: unknown) => {
          if (open === 0 || !isUnanswered(error)) settle(reject)(error)
        })
    }
    const timers = againAfterMs.map((after) => setTimeout(() => askFor(withinMs - after), after))
    const settle =
      <Word>(say: (word: Word) => void) =>
      (word: Word): void => {
        for (const timer of timers) clearTimeout(timer)
        say(word)
      }
    askFor(withinMs)
  })

const isUnanswered = (error: unknown): boolean => error instanceof PersonError && error.code === 'unavailable'
