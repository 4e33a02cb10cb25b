import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { environment, bundles } from '../../test/dev-env/bundles.ts'
import type { Tracker } from '../../test/dev-env/tracker.ts'

/** Tells what happens, and shows the real command line at work. With `quiet`, all of it goes to standard error. */
export class Narrator {
  readonly #quiet: boolean

  constructor(quiet: boolean) {
    this.#quiet = quiet
  }

  say(text: string): void {
    const stream = this.#quiet ? process.stderr : process.stdout
    stream.write(`${text}\n`)
  }

  introduce({ target }: Tracker): void {
    this.say(`
  Web page   ${target.url}
  Log in     ${target.token ?? ''}
`)
  }

  invite({ target }: Tracker): void {
    this.say(`
All of it stays until Ctrl-C. Look at the page, or take the command line in another terminal:

  export TRACKER_URL=${target.url} TRACKER_TOKEN=${target.token ?? ''}
  alias tracker='node ${bundles.tracker}'
  tracker versions
  tracker deploy hello-node@v2 -H '^web-[12]\\.'      # an upgrade, on some hosts
  tracker deploy hello-node@v3 -c prod               # a broken version: it rolls back by itself
  tracker rollback hello-node
`)
  }

  /** Runs a command as a person would, with its output shown, and returns its exit code. */
  async run(tracker: Tracker, args: readonly string[]): Promise<number> {
    this.say(`\n$ tracker ${args.map(quoted).join(' ')}`)
    const child = spawn(process.execPath, [bundles.tracker, ...args], {
      stdio: ['ignore', this.#quiet ? process.stderr : 'inherit', 'inherit'],
      env: { ...environment, TRACKER_URL: tracker.target.url, TRACKER_TOKEN: tracker.target.token },
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    return code ?? 1
  }
}

const quoted = (word: string): string => (/^[\w@.:/=-]+$/.test(word) ? word : `'${word}'`)
