import type { EventFilter } from '../../../../shared/api/events.ts'
import type { Event } from '../../../../shared/domain/event.ts'
import { CallError, toCallError } from './client.ts'
import { openFeed } from './feed.ts'
import { createFrameBatch } from './frame-batch.ts'

/** What every live view holds besides its own data. */
export interface LiveView {
  /** Of the last event in it; undefined when the API's answer does not say. */
  readonly seq: number | undefined
  /** An event said more than the view can work out by itself: ask the API again. */
  readonly stale: boolean
}

/** Where a view comes from: an answer of the API, then events. Both `settle` and `apply` are pure. */
export interface LiveSource<Answer, View extends LiveView> {
  readonly filter: EventFilter
  readonly reloadEveryMs: number
  readonly load: (signal: AbortSignal) => Promise<Answer>
  readonly settle: (answer: Answer, view: View | undefined) => View
  readonly apply: (view: View, events: readonly Event[]) => View
}

export interface LiveSnapshot<View> {
  readonly view: View | undefined
  readonly failure: CallError | undefined
}

export interface Live<View> {
  readonly snapshot: () => LiveSnapshot<View>
  readonly subscribe: (listener: () => void) => () => void
  /** Loads and follows until the returned function is called. */
  readonly start: () => () => void
}

const retryMs = 3000

/** Keeps a view true: loads it, follows the feed from there, and loads it again when an event cannot be applied. */
export const createLive = <Answer, View extends LiveView>(source: LiveSource<Answer, View>): Live<View> => {
  const listeners = new Set<() => void>()
  let snapshot: LiveSnapshot<View> = { view: undefined, failure: undefined }

  const show = (next: LiveSnapshot<View>): void => {
    snapshot = next
    listeners.forEach((listener) => listener())
  }

  const start = (): (() => void) => {
    const stopping = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let loading = false
    let wanted = false
    let closeFeed: (() => void) | undefined

    const reload = (afterMs: number): void => {
      if (loading) wanted = true
      else timer ??= setTimeout(() => void load(), afterMs)
    }
    const changed = (view: View): void => {
      show({ view, failure: undefined })
      if (view.stale) reload(source.reloadEveryMs)
    }
    const batch = createFrameBatch<Event>((events) => {
      if (snapshot.view) changed(source.apply(snapshot.view, events))
    })
    const follow = (since: number | undefined): void => {
      closeFeed ??= openFeed({
        filter: source.filter,
        since,
        onEvents: batch.add,
        // Without a seq to follow from, whatever happened in between is in a new answer.
        onOpen: () => (since === undefined ? reload(0) : undefined),
      })
    }
    const load = async (): Promise<void> => {
      timer = undefined
      loading = true
      const answer = await source.load(stopping.signal).catch(toCallError)
      loading = false
      if (stopping.signal.aborted) return
      if (answer instanceof CallError) failed(answer)
      else loaded(answer)
      if (wanted) reload(source.reloadEveryMs)
      wanted = false
    }
    const loaded = (answer: Answer): void => {
      const view = source.settle(answer, snapshot.view)
      changed(view)
      follow(view.seq)
    }
    const failed = (failure: CallError): void => {
      show({ view: snapshot.view, failure })
      if (failure.status === 0 || failure.status >= 500) reload(retryMs)
    }

    void load()
    return () => {
      stopping.abort()
      clearTimeout(timer)
      batch.stop()
      closeFeed?.()
    }
  }

  return {
    snapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start,
  }
}
