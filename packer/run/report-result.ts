import { setTimeout as delay } from 'node:timers/promises'
import type * as z from 'zod'
import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import { messageOf, PersonError } from '../../shared/errors.ts'
import type { Logger } from '../../shared/log.ts'
import { buildResultCall } from '../../shared/messages/build.ts'

export type BuildResult = z.input<typeof buildResultCall.request>

const firstWaitMs = 250
const longestWaitMs = 15_000
const answerTimeoutMs = 10_000

/** Tells the tracker how a build ended, again and again until it has stored it, or says that it does not want it. */
export const reportResult = async (
  bus: NatsBus,
  packer: string,
  result: BuildResult,
  log: Logger,
  signal: AbortSignal,
): Promise<void> => {
  for (let wait = firstWaitMs; !signal.aborted; wait = Math.min(wait * 2, longestWaitMs)) {
    try {
      await bus.call(buildResultCall, { packer }, result, answerTimeoutMs)
      return
    } catch (error) {
      log.warn({ buildId: result.buildId, err: messageOf(error) }, 'the result was not taken')
      if (isFinal(error)) return
    }
    await delay(wait * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined)
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof PersonError && !['unavailable', 'internal', 'no-space'].includes(error.code)
