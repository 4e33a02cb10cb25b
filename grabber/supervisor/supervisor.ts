import type { ProcessRecord, ServiceStatus } from '../../shared/host/process-record.ts'
import type { Conceal } from '../releases/conceal.ts'
import type { Launch } from '../releases/launch.ts'

export interface StopSettings {
  readonly signal: NodeJS.Signals
  /** How long the processes may take to end by themselves, in ms. */
  readonly grace: number
}

/** Keeps services running, whether or not the grabber runs: a process that ends is started again, ever later if it goes on ending. */
export interface Supervisor {
  /** Throws PersonError when the release cannot be run here the way it asks for. To be asked before anything is stopped. */
  requireRunnable(launch: Launch): Promise<void>
  /** Starts a release; on return the record of its process is durable. Whatever of the service ran before has to be gone. */
  start(launch: Launch): Promise<ProcessRecord>
  /** Ends every process of the service, and resolves once all are gone; none there is fine. */
  stop(service: string, settings: StopSettings, signal: AbortSignal): Promise<void>
  /** The process that was started last, if exactly it is still alive. */
  find(service: string): ProcessRecord | undefined
  /** How the service is, and what happened to it since its release was started. Cheap: from disk and /proc. */
  status(service: string): ServiceStatus
  /** The pids of all living processes of the service, also of those that nobody has a record of. */
  members(service: string): number[]
  /** How a process ended, as the end of a sentence; undefined while it runs, and for the moment until the reason is known. */
  howEnded(service: string, record: ProcessRecord): string | undefined
  /** The last lines that the service wrote since its start, fit to be shown. */
  lastOutput(service: string, conceal: Conceal): Promise<string[]>
  /** Until `signal` is aborted: mends what keeps services running. */
  keepWatch(signal: AbortSignal): Promise<void>
}
