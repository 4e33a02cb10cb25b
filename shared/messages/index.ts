import { answerCall, questionMessage } from './ask.ts'
import { artifactUrlCall } from './artifact-url.ts'
import { assignmentsCall, lookNowMessage } from './assignments.ts'
import {
  buildCall,
  buildLogMessage,
  buildStepMessage,
  buildResultCall,
  packerHeartbeatMessage,
  stopBuildCall,
} from './build.ts'
import { compareCall, resolveAtCall, resolveCall, changedCall } from './sources.ts'
import { examinePackerCall } from './examine-packer.ts'
import { hostEventsCall } from './host-events.ts'
import { orderMessage } from './order.ts'
import { versionReportCall } from './version-report.ts'

/** Everything that is ever published, and everything that is ever asked. `docs/messages.md` is written from these lists. */
export const messages = [
  orderMessage,
  lookNowMessage,
  questionMessage,
  packerHeartbeatMessage,
  buildLogMessage,
  buildStepMessage,
] as const

export const calls = [
  assignmentsCall,
  artifactUrlCall,
  hostEventsCall,
  versionReportCall,
  answerCall,
  resolveCall,
  resolveAtCall,
  compareCall,
  changedCall,
  buildCall,
  stopBuildCall,
  buildResultCall,
  examinePackerCall,
] as const
