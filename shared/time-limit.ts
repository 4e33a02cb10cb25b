/**
 * Aborts after `ms`, or with `signal`. Not AbortSignal.any([signal, AbortSignal.timeout(ms)]) alone: Node 20 holds what
 * any() is made of weakly, so a timeout that nobody listens to is collected as garbage and never comes.
 */
export const signalWithin = (ms: number, signal?: AbortSignal): AbortSignal => {
  const limit = AbortSignal.timeout(ms)
  limit.addEventListener('abort', () => undefined)
  return signal ? AbortSignal.any([signal, limit]) : limit
}
