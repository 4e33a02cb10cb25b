import type { HostRow } from '../../db/agents.ts'

/** What a host runs of the service when the deploy is made, and whether it is to be heard at all. */
export interface PlannedHost {
  readonly host: HostRow
  readonly previousDigest: string | null
  readonly previousConfig: number | null
  readonly previousVersion: string | null
  readonly silent: boolean
}
