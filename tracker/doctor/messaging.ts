import type { NatsBus } from '../../shared/adapters/nats-bus.ts'
import type { Finding } from '../../shared/domain/check.ts'
import { within } from '../../shared/time-limit.ts'
import { fault, ok, warning } from '../../shared/doctor/examination.ts'
import { milliseconds } from '../../shared/wording.ts'

const answerWithinMs = 2000

/** That both of the tracker's connections are up: by one it gives orders, by the other it hears. */
export const examineNats = async (url: string, buses: readonly NatsBus[]): Promise<Finding> => {
  const roundTrip = async (): Promise<string> => {
    // The first one also waits for whatever else keeps this process busy.
    await Promise.all(buses.map((bus) => bus.flush()))
    const from = performance.now()
    await Promise.all(buses.map((bus) => bus.flush()))
    return milliseconds(from)
  }
  const took = await within(answerWithinMs, roundTrip()).catch(() => undefined)
  if (took !== undefined) return ok(`nats-server at ${url} answers within ${took}.`)
  return fault(
    `nats-server at ${url} does not answer.`,
    'The tracker starts its own again within seconds; the log of the tracker, or of a server of yours, says why not.',
  )
}

/** A server on loopback serves this machine alone. */
export const examineNatsAddress = (natsUrl: string, publicUrl: string): Finding => {
  if (!isLoopback(natsUrl) || isLoopback(publicUrl)) return ok(`Hosts reach it at ${natsUrl}.`)
  return warning(
    `Only this machine reaches nats-server: it listens at ${natsUrl}.`,
    'For hosts elsewhere start the tracker with --nats-listen 0.0.0.0:4222, after `tracker stop-nats`.',
  )
}

const isLoopback = (url: string): boolean => /^(127\.|localhost$|\[::1\])/.test(new URL(url).hostname)
