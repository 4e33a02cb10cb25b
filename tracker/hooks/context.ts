import type { Logger } from '../../shared/log.ts'
import type { DeployContext } from '../deploy/request/insert.ts'
import type { Statuses } from './statuses/statuses.ts'

/** What hooks work with. */
export interface HooksContext extends DeployContext {
  /** Opens what is sealed of hooks. */
  readonly key: string
  readonly publicUrl: () => string
  /** Rung when there is something to tell a forge. */
  readonly statuses: Pick<Statuses, 'look'>
  readonly log: Logger
}
