import type { ProcessRecord } from '../../shared/host/process-record.ts'
import type { Launch } from '../releases/launch.ts'

export interface StopSettings {
  readonly signal: NodeJS.Signals
  /** How long the processes may take to end by themselves, in ms. */
  readonly grace: number
}

/** Keeps services running, whether or not the grabber runs. */
export interface Supervisor {
  /** Starts a release; on return the record of its process is durable. Whatever of the service ran before has to be gone. */
  start(launch: Launch): Promise<ProcessRecord>
  /** Ends every process of the service, and resolves once all are gone; none there is fine. */
  stop(service: string, settings: StopSettings, signal: AbortSignal): Promise<void>
  /** The process that was started last, if exactly it is still alive. */
  find(service: string): ProcessRecord | undefined
  /** The pids of all living processes of the service, also of those that nobody has a record of. */
  members(service: string): number[]
  /** How the process ended, as the end of a sentence. */
  describeEnd(record: ProcessRecord): string
  /** The last lines that the service wrote since its start, fit to be shown. */
  lastOutput(service: string): Promise<string[]>
}
