import { setTimeout as delay } from 'node:timers/promises'
import { NatsBus, type BusOptions } from '../shared/adapters/nats-bus.ts'
import { messageOf } from '../shared/errors.ts'
import { backoff } from '../shared/host/doorbell.ts'

/** Connects however long it takes: a host may boot before its network, or while its tracker is away. */
export const connectPatiently = async (options: BusOptions, signal: AbortSignal): Promise<NatsBus> => {
  for (let failures = 1; ; failures++) {
    signal.throwIfAborted()
    try {
      return await NatsBus.connect(options)
    } catch (error) {
      options.log.warn({ err: messageOf(error) }, 'not connected yet')
      await delay(backoff(failures), undefined, { signal })
    }
  }
}
