import type { BuildStep } from '../../shared/domain/event.ts'
import { PersonError } from '../../shared/errors.ts'

const longestName = 100
const longestCommand = 500

/** The steps of one build, one after another: each is told when it begins and when it has ended, and failures name theirs. */
export class Steps {
  readonly #tell: (step: BuildStep) => void
  #current: string | undefined

  constructor(tell: (step: BuildStep) => void) {
    this.#tell = tell
  }

  async take<Result>(name: string, work: () => Promise<Result>, command?: string): Promise<Result> {
    const step = {
      name: name.slice(0, longestName),
      at: Date.now(),
      ...(command === undefined ? {} : { command: command.slice(0, longestCommand) }),
    }
    const started = performance.now()
    const end = (state: 'done' | 'failed'): void =>
      this.#tell({ ...step, state, tookMs: Math.round(performance.now() - started) })
    this.#current = step.name
    this.#tell({ ...step, state: 'running' })
    try {
      const result = await work()
      end('done')
      this.#current = undefined
      return result
    } catch (error) {
      end('failed')
      throw error
    }
  }

  /** The error, with the step that it came in, unless its words begin with that anyway. */
  nameIn(error: unknown): unknown {
    const step = this.#current
    if (!(error instanceof PersonError) || step === undefined || error.message.startsWith(step)) return error
    const { code, message, hint, field, cause } = error
    return new PersonError(code, `In the step ${step}: ${message}`, { hint, field, cause })
  }
}
