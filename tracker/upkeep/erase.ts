import type { Amount } from '../../shared/api/artifacts.ts'
import type { Store } from '../db/store.ts'
import type { Removals } from './removals.ts'

const atOnce = 8

/** Takes all that was given up out of the store; what a crash left undone too. */
export const eraseGivenUp = async (
  store: Store,
  removals: Removals,
  signal: AbortSignal,
): Promise<Amount> => {
  const erased = { count: 0, bytes: 0 }
  for (let after = ''; ;) {
    const next = store.read.artifacts.toErase(after, atOnce)
    const last = next.at(-1)
    if (last === undefined) return erased
    signal.throwIfAborted()
    const gone = await Promise.all(
      next.map(async (each) => ((await removals.remove(each.digest)) ? [each] : [])),
    )
    await store.write((writing) => {
      for (const { digest } of gone.flat()) writing.artifacts.setErased(digest, writing.now)
    })
    for (const { size } of gone.flat()) add(erased, size)
    after = last.digest
  }
}

/** One more, of so many bytes. */
export const add = (amount: { count: number; bytes: number }, bytes: number): void => {
  amount.count += 1
  amount.bytes += bytes
}
