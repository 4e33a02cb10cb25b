import { setTimeout as delay } from 'node:timers/promises'
import { enrolPacker, runPacker, type PackerOptions } from '../../dev-env/packer.ts'
import type { Program } from '../../dev-env/program.ts'
import { Mortal } from './mortal.ts'

/** A packer that can be killed, and stopped in the middle of what it does. */
export class FaultyPacker implements AsyncDisposable {
  readonly name: string
  readonly life: Mortal
  /** How often it was killed. */
  kills = 0
  readonly #options: PackerOptions
  #program: Program

  private constructor(options: PackerOptions, program: Program) {
    this.name = options.name
    this.#options = options
    this.#program = program
    this.life = new Mortal({
      kill: () => this.#kill(),
      stop: () => this.#program.stop(),
      startAgain: async () => {
        this.#program = await runPacker(this.#options)
      },
    })
  }

  static async start(options: PackerOptions): Promise<FaultyPacker> {
    await enrolPacker(options)
    return new FaultyPacker(options, await runPacker(options))
  }

  get output(): string {
    return this.#program.output
  }

  /** Stands still for so many ms; false when it does not run. */
  async freeze(ms: number): Promise<boolean> {
    const program = this.#program
    if (!program.signal('SIGSTOP')) return false
    await delay(ms)
    program.signal('SIGCONT')
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]()
  }

  async #kill(): Promise<void> {
    this.kills++
    await this.#program.stop('SIGKILL')
  }
}
