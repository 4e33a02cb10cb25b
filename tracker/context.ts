import type { ArtifactStore } from '../shared/artifact-store.ts'
import type { Check } from '../shared/domain/check.ts'
import type { Logger } from '../shared/log.ts'
import type { BuildDesk } from './builds/build-desk.ts'
import type { Sources } from './builds/sources.ts'
import type { Store } from './db/store.ts'
import type { StandingRules } from './deploy/request/standing-rules.ts'
import type { PackerAnswer } from './doctor/packers.ts'
import type { EnrolmentDesk } from './fleet/enrolment-desk.ts'
import type { Presence } from './fleet/presence.ts'
import type { QuestionDesk } from './fleet/question-desk.ts'
import type { Hooks } from './hooks/hooks.ts'
import type { KeyedCalls } from './keyed-calls.ts'
import type { Settings } from './settings/settings.ts'
import type { Notifications } from './notify/notifications.ts'
import type { Upkeep } from './upkeep/upkeep.ts'

/** The parts of a running tracker that its API works with. */
export interface TrackerContext {
  readonly store: Store
  readonly artifacts: ArtifactStore
  readonly builds: BuildDesk
  readonly sources: Sources
  readonly enrolments: EnrolmentDesk
  readonly presence: Presence
  readonly questions: QuestionDesk
  readonly keyedCalls: KeyedCalls
  readonly notifications: Notifications
  readonly hooks: Hooks
  readonly standingRules: Pick<StandingRules, 'apply'>
  readonly settings: Settings
  readonly upkeep: Pick<Upkeep, 'goThrough'>
  /** What is wrong with any of it, and with what it needs. */
  readonly examine: () => Promise<Check[]>
  /** What packers have to build with, by those that answer: so many at most. */
  readonly askPackers: (count: number) => Promise<PackerAnswer[]>
  readonly log: Logger
  readonly now: () => number
}
