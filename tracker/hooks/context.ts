import type { Logger } from '../../shared/log.ts'
import type { DeployContext } from '../deploy/insert.ts'

/** What hooks work with. */
export interface HooksContext extends DeployContext {
  /** Opens what is sealed of hooks. */
  readonly key: string
  readonly publicUrl: () => string
  readonly log: Logger
}
