import {
  connect,
  ErrorCode as NatsErrorCode,
  Events,
  NatsError,
  RequestStrategy,
  type Msg,
  type NatsConnection,
  type Subscription,
} from 'nats'
import type * as z from 'zod'
import { messageOf, PersonError } from '../errors.ts'
import type { Logger } from '../log.ts'
import {
  parametersOf,
  patternFor,
  subjectFor,
  type Call,
  type Message,
  type SubjectParameters,
} from '../messages/define.ts'
import { nkeyAuthenticator } from './nkey-authenticator.ts'
import { openReply, sealError, sealValue } from './reply-envelope.ts'

export interface BusOptions {
  readonly url: string
  /** Seed of the nkey that this connection proves to be. */
  readonly seed: string
  /** This client's own id: its replies arrive under `_INBOX.<id>`, which nobody else may listen to. */
  readonly id: string
  readonly log: Logger
  /** How long the first connect may take, in ms; after it the connection is kept up for ever. */
  readonly connectTimeoutMs?: number
  readonly onReconnect?: () => void
}

export interface Served<Template extends string> {
  readonly parameters: SubjectParameters<Template>
}

const encode = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const decode = (data: Uint8Array): unknown => JSON.parse(Buffer.from(data).toString('utf8'))

/** Typed publish/subscribe and request/reply over NATS: both ends check what they send and what they hear by its schema. */
export class NatsBus implements AsyncDisposable {
  readonly #connection: NatsConnection
  readonly #log: Logger

  private constructor(connection: NatsConnection, log: Logger) {
    this.#connection = connection
    this.#log = log
  }

  static async connect(options: BusOptions): Promise<NatsBus> {
    const connection = await connect({
      servers: options.url,
      name: options.id,
      authenticator: nkeyAuthenticator(options.seed),
      inboxPrefix: `_INBOX.${options.id}`,
      timeout: options.connectTimeoutMs ?? 5000,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 1000,
      ignoreAuthErrorAbort: true,
      pingInterval: 20_000,
    }).catch((error: unknown) => {
      throw new PersonError('unavailable', `NATS at ${options.url} cannot be reached: ${messageOf(error)}.`, {
        hint: 'Check that the tracker (or its nats-server) is running and that the address is right.',
        cause: error,
      })
    })
    const bus = new NatsBus(connection, options.log)
    void bus.#followStatus(options.onReconnect)
    return bus
  }

  publish<Template extends string, Payload extends z.ZodType>(
    message: Message<Template, Payload>,
    parameters: SubjectParameters<Template>,
    payload: z.input<Payload>,
  ): void {
    this.#connection.publish(subjectFor(message.subject, parameters), encode(message.payload.parse(payload)))
  }

  /** Hears a kind of message; with `parameters` only those for them. What does not fit the schema is logged and dropped. */
  subscribe<Template extends string, Payload extends z.ZodType>(
    message: Message<Template, Payload>,
    parameters: SubjectParameters<Template> | undefined,
    handle: (payload: z.output<Payload>, served: Served<Template>) => void,
  ): void {
    const subject = parameters ? subjectFor(message.subject, parameters) : patternFor(message.subject)
    this.#listen(this.#connection.subscribe(subject), (raw) => {
      handle(message.payload.parse(decode(raw.data)), {
        parameters: parametersOf(message.subject, raw.subject),
      })
    })
  }

  /** Asks, and waits `timeoutMs` at most. Throws the other end's PersonError, or `unavailable` when nobody answers. */
  async call<Template extends string, Request extends z.ZodType, Reply extends z.ZodType>(
    call: Call<Template, Request, Reply>,
    parameters: SubjectParameters<Template>,
    request: z.input<Request>,
    timeoutMs: number,
  ): Promise<z.output<Reply>> {
    const reply = await this.#connection
      .request(subjectFor(call.subject, parameters), encode(call.request.parse(request)), {
        timeout: timeoutMs,
      })
      .catch((error: unknown) => {
        throw noAnswer(call.name, error)
      })
    return openReply(call.reply, decode(reply.data))
  }

  /**
   * Asks all who serve it, and returns what `count` of them answer, or as many as do within `timeoutMs`. An answer that is an
   * error or does not fit the schema is logged and left out.
   */
  async callAll<Template extends string, Request extends z.ZodType, Reply extends z.ZodType>(
    call: Call<Template, Request, Reply>,
    parameters: SubjectParameters<Template>,
    request: z.input<Request>,
    { count, timeoutMs }: { count: number; timeoutMs: number },
  ): Promise<z.output<Reply>[]> {
    const answers: z.output<Reply>[] = []
    try {
      const replies = await this.#connection.requestMany(
        subjectFor(call.subject, parameters),
        encode(call.request.parse(request)),
        { strategy: RequestStrategy.Count, maxMessages: count, maxWait: timeoutMs },
      )
      for await (const reply of replies) {
        try {
          answers.push(openReply(call.reply, decode(reply.data)))
        } catch (error) {
          this.#log.warn({ err: messageOf(error), call: call.name }, 'answer dropped')
        }
      }
    } catch (error) {
      if (!isCode(error, NatsErrorCode.NoResponders)) throw noAnswer(call.name, error)
    }
    return answers
  }

  /** Answers a kind of call: with `queue`, one of those who serve it gets each; with `to`, only those for it. */
  serve<Template extends string, Request extends z.ZodType, Reply extends z.ZodType>(
    call: Call<Template, Request, Reply>,
    handle: (
      request: z.output<Request>,
      served: Served<Template>,
    ) => Promise<z.input<Reply>> | z.input<Reply>,
    { queue, to }: { queue?: string; to?: SubjectParameters<Template> } = {},
  ): void {
    const subject = to ? subjectFor(call.subject, to) : patternFor(call.subject)
    const subscription = this.#connection.subscribe(subject, queue ? { queue } : {})
    this.#listen(subscription, (raw) => {
      void this.#answer(call, handle, raw)
    })
  }

  /** Resolves once all that was published has reached the server. */
  async flush(): Promise<void> {
    await this.#connection.flush()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // drain() waits for a server that may be gone: closing at once loses nothing that was not repeated anyway.
    await this.#connection.close()
  }

  async #answer<Template extends string, Request extends z.ZodType, Reply extends z.ZodType>(
    call: Call<Template, Request, Reply>,
    handle: (
      request: z.output<Request>,
      served: Served<Template>,
    ) => Promise<z.input<Reply>> | z.input<Reply>,
    raw: Msg,
  ): Promise<void> {
    const parameters = parametersOf(call.subject, raw.subject)
    if (!isOwnInbox(parameters, raw.reply)) {
      this.#log.warn(
        { call: call.name, subject: raw.subject, reply: raw.reply },
        'reply subject is not the asker’s own; not answered',
      )
      return
    }
    try {
      const value = call.reply.parse(await handle(call.request.parse(decode(raw.data)), { parameters }))
      raw.respond(encode(sealValue(value)))
    } catch (error) {
      if (!(error instanceof PersonError)) this.#log.error({ err: error, call: call.name }, 'call failed')
      raw.respond(encode(sealError(error)))
    }
  }

  #listen(subscription: Subscription, handle: (raw: Msg) => void): void {
    const loop = async (): Promise<void> => {
      for await (const raw of subscription) {
        try {
          handle(raw)
        } catch (error) {
          this.#log.warn({ err: messageOf(error), subject: raw.subject }, 'message dropped')
        }
      }
    }
    loop().catch((error: unknown) => {
      this.#log.error({ err: messageOf(error), subject: subscription.getSubject() }, 'subscription ended')
    })
  }

  async #followStatus(onReconnect: (() => void) | undefined): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === Events.Disconnect) this.#log.warn('NATS connection lost; trying again')
      if (status.type === Events.Reconnect) {
        this.#log.info('NATS connection is back')
        onReconnect?.()
      }
      if (status.type === Events.Error) this.#log.warn({ error: status.data }, 'NATS error')
    }
  }
}

/**
 * A request names the subject of its answer. Whoever answers may publish where the asker may not, so a host could have
 * its answer sent to another's inbox: only its own is accepted.
 */
const isOwnInbox = (parameters: Record<string, string>, reply: string | undefined): boolean => {
  const asker = parameters['host'] ?? parameters['packer']
  return asker === undefined ? reply !== undefined : reply?.startsWith(`_INBOX.${asker}.`) === true
}

const isCode = (error: unknown, code: string): boolean => error instanceof NatsError && error.code === code

const noAnswer = (name: string, error: unknown): PersonError => {
  const reason = isCode(error, NatsErrorCode.NoResponders)
    ? 'nobody is there to answer it'
    : isCode(error, NatsErrorCode.Timeout)
      ? 'no answer came in time'
      : messageOf(error)
  return new PersonError('unavailable', `The request '${name}' was not answered: ${reason}.`, {
    cause: error,
  })
}
