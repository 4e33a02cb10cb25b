/** Tells what happens. With `quiet`, on standard error, so that standard output holds the result alone. */
export class Narrator {
  readonly #quiet: boolean

  constructor(quiet: boolean) {
    this.#quiet = quiet
  }

  say(text: string): void {
    const stream = this.#quiet ? process.stderr : process.stdout
    stream.write(`${text}\n`)
  }

  /** The report as one line of JSON, if that was asked for. */
  conclude(report: object): void {
    if (this.#quiet) process.stdout.write(`${JSON.stringify(report)}\n`)
  }
}
