import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { PersonError } from '../../shared/errors.ts'
import { questionMessage, type HostAnswer, type Question } from '../../shared/messages/ask.ts'

const limitMs = 2000
/** Taking the answers of thousands of hosts in takes its time too. */
const moreMsPerHost = 1
const maxAtOnce = 24

/** A question under way: what was answered so far, by host. */
interface Asked {
  readonly hosts: ReadonlySet<string>
  readonly answers: Map<string, HostAnswer>
  /** To be called once all have answered. */
  readonly done: () => void
}

/** Asks hosts what they have and what would come of a release. Their answers come back as calls, by another connection. */
export class QuestionDesk {
  readonly #bus: Pick<NatsBus, 'publish'>
  readonly #answerWithinMs: number
  readonly #asked = new Map<string, Asked>()

  constructor(bus: Pick<NatsBus, 'publish'>, answerWithinMs = limitMs) {
    this.#bus = bus
    this.#answerWithinMs = answerWithinMs
  }

  /** What each host answers; who is not in it was silent. Throws `unavailable` when too many questions are under way. */
  async ask(
    hostIds: readonly string[],
    about: Omit<Question, 'v' | 'id'>,
  ): Promise<ReadonlyMap<string, HostAnswer>> {
    if (hostIds.length === 0) return new Map()
    if (this.#asked.size >= maxAtOnce) throw tooMany()
    const id = randomUUID()
    const over = new AbortController()
    const limit = sleep(this.#answerWithinMs + hostIds.length * moreMsPerHost, undefined, {
      signal: over.signal,
    }).catch(() => undefined)
    const asked = { hosts: new Set(hostIds), answers: new Map(), done: () => over.abort() }
    this.#asked.set(id, asked)
    try {
      for (const host of hostIds) this.#bus.publish(questionMessage, { host }, { v: 1, id, ...about })
      await limit
      return asked.answers
    } finally {
      over.abort()
      this.#asked.delete(id)
    }
  }

  /** Takes an answer in; what comes too late or again changes nothing. Throws `forbidden` when that host was not asked. */
  answered(hostId: string, answer: HostAnswer): void {
    const asked = this.#asked.get(answer.id)
    if (!asked) return
    if (!asked.hosts.has(hostId))
      throw new PersonError('forbidden', `Host ${hostId} answers what it was not asked.`)
    if (!asked.answers.has(hostId)) asked.answers.set(hostId, answer)
    if (asked.answers.size === asked.hosts.size) asked.done()
  }
}

const tooMany = (): PersonError =>
  new PersonError('unavailable', `${maxAtOnce} plans are being made already.`, {
    hint: 'Try again in a moment.',
  })
