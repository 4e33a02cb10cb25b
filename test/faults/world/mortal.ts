import { setTimeout as delay } from 'node:timers/promises'

/** What can be killed and started again. */
export interface Restartable {
  kill(): Promise<void>
  stop(): Promise<void>
  startAgain(): Promise<void>
}

const startsWithin = 60_000

/** A program that faults end: each end is followed by a new start, tried until it works, as an init system would. */
export class Mortal {
  readonly #program: Restartable
  #down: Promise<void> | undefined

  constructor(program: Restartable) {
    this.#program = program
  }

  /** False when it is down already. Resolves as soon as it has ended; it is started again after `ms`. */
  async end(how: 'kill' | 'stop', ms: number): Promise<boolean> {
    if (this.#down) return false
    const ended = this.#program[how]()
    this.#down = this.#comeBack(ended, ms)
    await ended
    return true
  }

  /** Resolves once it runs. Throws when it cannot be started for a minute. */
  async isUp(): Promise<void> {
    await this.#down
  }

  async #comeBack(ended: Promise<void>, ms: number): Promise<void> {
    await ended
    await delay(ms)
    const deadline = Date.now() + startsWithin
    for (;;) {
      try {
        await this.#program.startAgain()
        this.#down = undefined
        return
      } catch (error) {
        if (Date.now() > deadline) throw error
        await delay(200)
      }
    }
  }
}
