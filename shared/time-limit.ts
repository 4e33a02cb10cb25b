import { setTimeout as sleep } from 'node:timers/promises'
import { PersonError } from './errors.ts'

/**
 * Aborts after `ms`, or with `signal`. Not AbortSignal.any([signal, AbortSignal.timeout(ms)]) alone: Node 20 holds what
 * any() is made of weakly, so a timeout that nobody listens to is collected as garbage and never comes.
 */
export const signalWithin = (ms: number, signal?: AbortSignal): AbortSignal => {
  const limit = AbortSignal.timeout(ms)
  limit.addEventListener('abort', () => undefined)
  return signal ? AbortSignal.any([signal, limit]) : limit
}

/** The result, or `unavailable` when there is none after `ms`. What it waited for goes on. */
export const within = async <Result>(ms: number, result: Promise<Result>): Promise<Result> => {
  const over = new AbortController()
  const limit = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new PersonError('unavailable', `There is no answer within ${ms / 1000} s.`)
  })
  return Promise.race([result, limit]).finally(() => over.abort())
}
