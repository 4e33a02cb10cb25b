import type { KeyObject } from 'node:crypto'
import type { AgentId, Digest } from '../../shared/domain/names.ts'
import type { HostPaths } from '../../shared/host/layout.ts'
import type { InstallState } from '../../shared/domain/install-state.ts'
import type { JournalEntry } from '../../shared/host/journal.ts'
import type { Logger } from '../../shared/log.ts'
import type { HostEvent } from '../../shared/messages/host-events.ts'
import type { Order } from '../../shared/messages/order.ts'
import type { Conceal } from '../releases/conceal.ts'
import type { Supervisor } from '../supervisor/supervisor.ts'

/** This host, as an install sees it. */
export interface Host {
  readonly id: AgentId
  readonly paths: HostPaths
  readonly orderKey: KeyObject
  readonly supervisor: Supervisor
  readonly log: Logger
  /** Where an artifact can be downloaded from now. */
  artifactUrl(digest: Digest, signal: AbortSignal): Promise<string>
  /** Hands an event over for delivery; never waits and never fails. */
  emit(event: HostEvent): void
  /** Resolves once every event was delivered, or `signal` is aborted. */
  delivered(signal: AbortSignal): Promise<void>
  /** Asks for this host's assignments anew. */
  lookNow(): void
  /** How a service is activated, if not as all are; undefined: it is. */
  readonly activationOf?: (service: string) => Activation | undefined
  /** Does what is to be done about a service when nothing else on this host forbids it; by default at once. */
  readonly turn?: (service: string, job: () => Promise<void>) => Promise<void>
  /** What runs here may have changed, and its tracker should hear so. */
  changed(): void
}

/** One order being carried out on one host. */
export interface Install {
  readonly host: Host
  readonly order: Order
  /** What the journal says now. */
  entry: JournalEntry
  /** What is to be told with the next state: what hooks did, and their last output. */
  readonly notes: string[]
  /** For all that is told of it. */
  readonly conceal: Conceal
}

/** One thing to do. It may be interrupted anywhere and is then done again: doing it twice is doing it once. */
export interface Step {
  readonly name: string
  /** The state that is entered before it; without one it belongs to the state before. */
  readonly state?: InstallState
  run(install: Install, signal: AbortSignal): Promise<void>
}

/** How a staged release comes to run, and how to get back. One for services, one for the grabber itself. */
export interface Activation {
  /** From `accepted` or `staged` up to before `committed`. */
  readonly steps: readonly Step[]
  /** The way back from a release that failed once the old one was touched; ends in `rolled-back` or `failed`. */
  rollBack(install: Install, error: string, signal: AbortSignal): Promise<void>
  /** Does what `rolling-back` stands for, from the beginning. */
  restore(install: Install, signal: AbortSignal): Promise<void>
}
