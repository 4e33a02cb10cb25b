/** A hidden page gets no animation frames, but must not collect without end. */
const hiddenMs = 500

interface FrameBatch<Item> {
  readonly add: (items: readonly Item[]) => void
  readonly stop: () => void
}

/** Collects items and hands them over once per animation frame, so that any rate of events draws at most once a frame. */
export const createFrameBatch = <Item>(flush: (items: readonly Item[]) => void): FrameBatch<Item> => {
  let items: Item[] = []
  let cancel: (() => void) | undefined
  const run = (): void => {
    const batch = items
    items = []
    cancel = undefined
    flush(batch)
  }
  return {
    add(more) {
      for (const item of more) items.push(item)
      cancel ??= schedule(run)
    },
    stop() {
      cancel?.()
    },
  }
}

const schedule = (run: () => void): (() => void) => {
  if (document.hidden) {
    const timer = setTimeout(run, hiddenMs)
    return () => clearTimeout(timer)
  }
  const frame = requestAnimationFrame(run)
  return () => cancelAnimationFrame(frame)
}
