import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const megabyte = 1024 * 1024
/** What the heap may grow by, or streams may use up in buffers, before garbage is collected, in bytes. */
const heapGrowth = megabyte / 2
const bufferGarbage = 2 * megabyte
const lookMs = 5000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as (options?: { type: 'minor' }) => void

/**
 * Trades speed that a daemon which mostly waits never needs for memory. To be called before anything large is loaded;
 * V8 looks at these flags whenever it decides, so they need not be on Node's command line.
 */
export const keepMemorySmall = (): void => {
  setFlagsFromString('--no-opt')
  setFlagsFromString('--no-sparkplug')
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--compact-on-every-full-gc')
  collectWhenGrown()
}

/** V8 would let the garbage of many installs pile up: its first full collection waits for a heap of a server's size. */
const collectWhenGrown = (): void => {
  let kept = 0
  setInterval(() => {
    if (getHeapStatistics().used_heap_size < kept + heapGrowth) return
    collectGarbage()
    kept = getHeapStatistics().used_heap_size
  }, lookMs).unref()
}

let used = 0

/** To be told of each chunk of a stream once it is done with: buffers lie outside the heap, so V8 sees no need to free them. */
export const usedUp = (bytes: number): void => {
  used += bytes
  if (used < bufferGarbage) return
  used = 0
  collectGarbage({ type: 'minor' })
}
