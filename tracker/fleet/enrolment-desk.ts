import { randomBytes } from 'node:crypto'
import type * as z from 'zod'
import type { AgentIdentity, createEnrolment, enrol } from '../../shared/api/enrolments.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Writing } from '../db/store.ts'
import { hashToken, newToken } from '../tokens.ts'

const tokenTtlMs = 15 * 60_000

export interface EnrolmentOptions {
  readonly orderKey: string
  readonly natsUrl: () => string
  readonly storeLocation: string
  /** Lets the message server know who may connect from now on. */
  readonly admit: () => void
}

/** How hosts and packers join: a token that works once, and a key pair of which only the public half leaves the agent. */
export class EnrolmentDesk {
  readonly #options: EnrolmentOptions

  constructor(options: EnrolmentOptions) {
    this.#options = options
  }

  create(
    writing: Writing,
    body: z.output<typeof createEnrolment.body>,
  ): { token: string; expiresAt: number } {
    if (body.kind === 'host' && body.cluster === undefined) {
      throw new PersonError('invalid', `The host ${body.name} needs a cluster.`, { field: 'cluster' })
    }
    const token = newToken()
    const { kind, name, labels } = body
    const expiresAt = writing.now + tokenTtlMs
    const cluster = body.cluster ?? null
    writing.enrolments.insert(
      { tokenHash: hashToken(token), kind, name, cluster, labels, expiresAt },
      writing.now,
    )
    return { token, expiresAt }
  }

  /** Takes an agent in; `admit` lets it connect, once this is committed. */
  enrol(writing: Writing, body: z.output<typeof enrol.body>): AgentIdentity {
    const enrolment = writing.enrolments.take(hashToken(body.token), writing.now)
    if (!enrolment) throw badToken()
    const { kind, name, cluster, labels } = enrolment
    const id = writing.agents.upsert({ ...enrolment, id: newId(kind), nkey: body.nkey, now: writing.now })
    if (kind === 'host')
      writing.emit({ kind: 'host.state', hostId: id, data: { hostName: name, state: 'enrolled' } })
    return {
      id,
      name,
      ...(cluster === null ? {} : { cluster }),
      natsUrl: this.#options.natsUrl(),
      orderKey: this.#options.orderKey,
      ...(kind === 'packer' ? { store: this.#options.storeLocation, labels } : {}),
    }
  }

  admit(): void {
    this.#options.admit()
  }
}

const badToken = (): PersonError =>
  new PersonError('unauthenticated', 'The enrolment token is wrong, used already or older than 15 minutes.', {
    hint: 'Make a new one with `tracker enroll`.',
  })

const newId = (kind: 'host' | 'packer'): string => `${kind.charAt(0)}${randomBytes(6).toString('hex')}`
