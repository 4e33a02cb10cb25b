import { randomBytes } from 'node:crypto'
import type * as z from 'zod'
import type { AgentIdentity, createEnrolment, enrol } from '../../shared/api/enrolments.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Store } from '../db/store.ts'
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
  readonly #store: Store
  readonly #options: EnrolmentOptions

  constructor(store: Store, options: EnrolmentOptions) {
    this.#store = store
    this.#options = options
  }

  async create(body: z.output<typeof createEnrolment.body>): Promise<{ token: string; expiresAt: number }> {
    if (body.kind === 'host' && body.cluster === undefined) {
      throw new PersonError('invalid', `The host ${body.name} needs a cluster.`, { field: 'cluster' })
    }
    const token = newToken()
    const { kind, name, labels } = body
    const expiresAt = await this.#store.write((writing) => {
      const ends = writing.now + tokenTtlMs
      const cluster = body.cluster ?? null
      writing.enrolments.insert(
        { tokenHash: hashToken(token), kind, name, cluster, labels, expiresAt: ends },
        writing.now,
      )
      return ends
    })
    return { token, expiresAt }
  }

  async enrol(body: z.output<typeof enrol.body>): Promise<AgentIdentity> {
    const { id, enrolment } = await this.#store.write((writing) => {
      const enrolment = writing.enrolments.take(hashToken(body.token), writing.now)
      if (!enrolment) {
        throw new PersonError(
          'unauthenticated',
          'The enrolment token is wrong, used already or older than 15 minutes.',
          {
            hint: 'Make a new one with `tracker enroll`.',
          },
        )
      }
      const id = writing.agents.upsert({
        ...enrolment,
        id: newId(enrolment.kind),
        nkey: body.nkey,
        now: writing.now,
      })
      if (enrolment.kind === 'host') {
        writing.emit({
          kind: 'host.state',
          hostId: id,
          data: { hostName: enrolment.name, state: 'enrolled' },
        })
      }
      return { id, enrolment }
    })
    this.#options.admit()
    return {
      id,
      name: enrolment.name,
      ...(enrolment.cluster === null ? {} : { cluster: enrolment.cluster }),
      natsUrl: this.#options.natsUrl(),
      orderKey: this.#options.orderKey,
      ...(enrolment.kind === 'packer' ? { store: this.#options.storeLocation } : {}),
    }
  }
}

const newId = (kind: 'host' | 'packer'): string => `${kind.charAt(0)}${randomBytes(6).toString('hex')}`
