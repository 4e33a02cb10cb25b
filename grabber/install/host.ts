import type { KeyObject } from 'node:crypto'
import type { AgentId, Digest } from '../../shared/domain/names.ts'
import type { HostPaths } from '../../shared/host/layout.ts'
import type { Logger } from '../../shared/log.ts'
import type { HostEvent } from '../../shared/messages/host-events.ts'
import type { Supervisor } from '../supervisor/supervisor.ts'
import type { Activation } from './activation.ts'

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
