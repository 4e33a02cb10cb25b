import { randomUUID } from 'node:crypto'
import { messageOf, PersonError } from '../../shared/errors.ts'
import { Doorbell } from '../../shared/host/doorbell.ts'
import type { Logger } from '../../shared/log.ts'
import { some } from '../../shared/wording.ts'
import type { Resolved } from '../../shared/messages/sources.ts'
import type { Sources } from '../builds/sources.ts'
import { ensureBuild } from '../builds/ensure-build.ts'
import type { Store, Writing } from '../db/store.ts'
import { dueServices, servedServices, type Due } from './due.ts'

const lookAgainMs = 60_000

export interface LinksContext {
  readonly store: Store
  readonly sources: Pick<Sources, 'resolve'>
  readonly log: Logger
}

/**
 * Has services built again when their bases have new artifacts. What is to be done follows from what is there: however often a
 * base changes meanwhile, there is one build more, and a tracker that was killed goes on.
 */
export class Links implements Disposable {
  readonly #context: LinksContext
  readonly #bell = new Doorbell()
  readonly #end = new AbortController()

  constructor(context: LinksContext) {
    this.#context = context
    context.store.onEvents((events) => {
      if (events.some(({ kind }) => kind === 'build.state')) this.#bell.ring()
    })
  }

  /** Until it is disposed. */
  async run(): Promise<void> {
    while (!this.#isOver()) {
      await this.#look().catch((error: unknown) => this.#note(error, 'links could not be looked at'))
      await this.#bell.wait(lookAgainMs, this.#end.signal)
    }
  }

  [Symbol.dispose](): void {
    this.#end.abort()
  }

  async #look(): Promise<void> {
    const { store } = this.#context
    const [served, due] = [servedServices(store.read), dueServices(store.read)]
    if (served.length > 0) {
      await store.write((writing) => {
        for (const each of served) settle(writing, each, null)
      })
    }
    for (const each of due) await this.#rebuild(each)
  }

  /** Without a packer it is tried again in a while; what else is wrong is said, and the base's next artifact tries again. */
  async #rebuild(due: Due): Promise<void> {
    const { store, sources } = this.#context
    if (this.#isOver()) return
    try {
      const resolved = await sources.resolve(due.service, lastRef(store, due.service))
      if (!this.#isOver()) await store.write((writing) => askFor(writing, due, resolved))
    } catch (error) {
      this.#note(error, `${due.service} is not built again for its base`)
      if (this.#isOver() || !(error instanceof PersonError) || error.code === 'unavailable') return
      await store.write((writing) => settle(writing, due, error.message))
      this.#bell.ring()
    }
  }

  #isOver(): boolean {
    return this.#end.signal.aborted
  }

  #note(error: unknown, what: string): void {
    if (!this.#isOver()) this.#context.log.warn({ err: error }, `${what}: ${messageOf(error)}`)
  }
}

/** What a hook had it built from last; else its repo's default branch. */
const lastRef = ({ read: { hooks, deliveries } }: Store, service: string): string =>
  hooks
    .list()
    .filter((hook) => hook.service === service)
    .flatMap(({ id }) => deliveries.started(id).slice(0, 1))
    .sort((a, b) => b.id - a.id)[0]?.ref ?? 'HEAD'

/** The same commit is built anew: what it is made of comes from elsewhere. */
const askFor = (writing: Writing, due: Due, resolved: Resolved): void => {
  const askedBy = `link to ${some(due.links.map(({ base }) => base))}`
  const { service } = due
  const answer = ensureBuild(writing, { service, resolved, cause: 'link', askedBy, rebuild: true })
  settle(writing, due, null)
  if (answer.kind === 'artifact') return
  writing.audit.append({
    at: writing.now,
    who: askedBy,
    action: 'build.start',
    subject: `build ${answer.build.id}`,
    service,
    address: 'the tracker itself',
    requestId: randomUUID(),
  })
}

const settle = (writing: Writing, { links }: Due, error: string | null): void => {
  for (const link of links) writing.links.setBuiltFor(link, link.newest, error)
}
