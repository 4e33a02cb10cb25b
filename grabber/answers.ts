import type { NatsBus } from '../shared/adapters/nats-bus.ts'
import { messageOf } from '../shared/errors.ts'
import type { Logger } from '../shared/log.ts'
import { answerCall, questionMessage, type HostAnswer, type Question } from '../shared/messages/ask.ts'
import type { Calls } from './uplink.ts'

const maxAtOnce = 24
const deliverWithinMs = 5000

/** Answers the questions that a plan asks of this host. Nobody waits for them for long, so none is asked or told again. */
export class Answers {
  readonly #host: string
  readonly #answerTo: (question: Question) => Promise<Omit<HostAnswer, 'v' | 'id'>>
  readonly #log: Logger
  #underWay = 0

  constructor(
    host: string,
    answerTo: (question: Question) => Promise<Omit<HostAnswer, 'v' | 'id'>>,
    log: Logger,
  ) {
    this.#host = host
    this.#answerTo = answerTo
    this.#log = log
  }

  subscribe(bus: Pick<NatsBus, 'subscribe'>, tracker: Calls): void {
    bus.subscribe(questionMessage, { host: this.#host }, (question) => {
      if (this.#underWay >= maxAtOnce) {
        this.#log.warn({ question: question.id }, 'too many questions at once; not answered')
        return
      }
      this.#underWay += 1
      void this.#answer(question, tracker).finally(() => (this.#underWay -= 1))
    })
  }

  async #answer(question: Question, tracker: Calls): Promise<void> {
    try {
      const answer = { v: 1 as const, id: question.id, ...(await this.#answerTo(question)) }
      await tracker.call(answerCall, { host: this.#host }, answer, deliverWithinMs)
    } catch (error) {
      this.#log.warn({ question: question.id, err: messageOf(error) }, 'question not answered')
    }
  }
}
