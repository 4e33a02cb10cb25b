import type { NatsBus } from '../../../shared/adapters/nats-bus.ts'
import { PersonError } from '../../../shared/errors.ts'
import { buildCall } from '../../../shared/messages/build.ts'

/** Something on its way between the tracker and packers. */
interface Message {
  readonly what: string
  readonly deliver: () => void
}

/** The network, on which nobody can rely. */
export class Wire {
  /** In the order in which they were sent. */
  messages: Message[] = []

  send(what: string, deliver: () => void): void {
    this.messages.push({ what, deliver })
  }
}

/** A call that the tracker has made. */
export interface Question {
  readonly name: string
  /** The packer that is meant; undefined where any will do. */
  readonly to: string | undefined
  readonly request: unknown
  answer(reply: unknown): void
  refuse(error: Error): void
}

/** Hears of each build that is offered to a packer, and what became of the offer. */
export interface OfferWitness {
  offered(build: number, packer: string): void
  settled(build: number, packer: string, isTaken: boolean): void
}

/** The tracker's way to packers for as long as it lives: what comes after its end, or too late, is not heard. */
export class Line implements Disposable {
  readonly #wire: Wire
  readonly #hear: (question: Question) => void
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #witness: OfferWitness
  #isOver = false

  constructor(wire: Wire, hear: (question: Question) => void, witness: OfferWitness) {
    this.#wire = wire
    this.#hear = hear
    this.#witness = witness
  }

  readonly call: NatsBus['call'] = async (call, parameters, request, timeoutMs) => {
    const { to } = parameters as { to?: string }
    const asked: unknown = call.request.parse(request)
    const build = call.name === buildCall.name ? buildCall.request.parse(asked).buildId : undefined
    if (build === undefined || to === undefined)
      return call.reply.parse(await this.#ask({ name: call.name, to, request: asked }, timeoutMs))
    this.#witness.offered(build, to)
    try {
      const reply = call.reply.parse(await this.#ask({ name: call.name, to, request: asked }, timeoutMs))
      this.#witness.settled(build, to, true)
      return reply
    } catch (error) {
      this.#witness.settled(build, to, false)
      throw error
    }
  };

  [Symbol.dispose](): void {
    this.#isOver = true
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #ask(asked: Pick<Question, 'name' | 'to' | 'request'>, timeoutMs: number): Promise<unknown> {
    const { name, to } = asked
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(noAnswer(name)), timeoutMs)
      this.#timers.add(timer)
      const comeBack = (what: string, settle: () => void): void =>
        this.#wire.send(`${name} ${what}`, () => {
          clearTimeout(timer)
          if (!this.#isOver) settle()
        })
      const question: Question = {
        ...asked,
        answer: (reply) => comeBack('is answered', () => resolve(reply)),
        refuse: (error) => comeBack('is refused', () => reject(error)),
      }
      this.#wire.send(`${name} to ${to ?? 'any'}`, () => this.#hear(question))
    })
  }
}

export const noAnswer = (name: string): PersonError =>
  new PersonError('unavailable', `Nobody answers ${name}.`)
