import * as z from 'zod'
import type { Repo } from './repo.ts'
import { serviceFiles, type ServiceOptions } from './service-files.ts'

const Answer = z.object({ greeting: z.string(), pid: z.int() })
export type Answer = z.infer<typeof Answer>

/** A registered service: its repository, and the port that it has on each host. */
export class Service {
  readonly name: string
  readonly repo: Repo
  readonly #ports: ReadonlyMap<string, number>

  constructor(name: string, repo: Repo, ports: ReadonlyMap<string, number>) {
    this.name = name
    this.repo = repo
    this.#ports = ports
  }

  /** A new commit under a tag, whose service greets with the tag's name. */
  commit(tag: string, kind: ServiceOptions['kind'] = 'healthy'): Promise<string> {
    return this.repo.commit(serviceFiles({ service: this.name, greeting: tag, kind }), tag)
  }

  /** What answers on each host's port; nothing for hosts where nobody does. */
  async answers(): Promise<Record<string, Answer>> {
    const found = await Promise.all(
      [...this.#ports].map(async ([host, port]) => [host, await ask(port)] as const),
    )
    return Object.fromEntries(found.filter((entry): entry is [string, Answer] => entry[1] !== undefined))
  }

  /** What each host that answers greets with. */
  async greetings(): Promise<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(await this.answers()).map(([host, { greeting }]) => [host, greeting]),
    )
  }
}

const ask = async (port: number): Promise<Answer | undefined> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) })
    return Answer.parse(await response.json())
  } catch {
    return undefined
  }
}
