import { join } from 'node:path'
import { registerService } from '../../../shared/api/services.ts'
import { Repo } from '../../dev-env/repo.ts'
import type { Tracker } from '../../dev-env/tracker.ts'

/** Long enough to be broken in the middle of. */
const serviceFile = (name: string): string => `service: ${name}
build: { type: command, command: 'echo begun; sleep 0.5; cp what made', output: [made] }
run: { command: cat made }
`

/** A service that is only built: each time it is asked for there is a new commit. */
export class BuiltService {
  readonly name: string
  readonly #repo: Repo
  #commits = 0
  #last: Promise<unknown> = Promise.resolve()

  private constructor(name: string, repo: Repo) {
    this.name = name
    this.#repo = repo
  }

  static async create(tracker: Tracker, directory: string, name: string): Promise<BuiltService> {
    const repo = await Repo.create(join(directory, 'repos', name))
    await tracker.call(registerService, { body: { name, repo: repo.path } })
    return new BuiltService(name, repo)
  }

  /** Under a tag, which it returns. */
  commit(): Promise<string> {
    const tag = `b${++this.#commits}`
    const files = { 'service.yaml': serviceFile(this.name), what: `${tag}\n`.repeat(100_000) }
    const made = this.#last.then(async () => {
      await this.#repo.commit(files, tag)
      return tag
    })
    this.#last = made.catch(() => undefined)
    return made
  }
}
