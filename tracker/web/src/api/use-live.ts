import { useEffect, useState, useSyncExternalStore } from 'react'
import { createLive, type LiveSnapshot, type LiveSource, type LiveView } from './live.ts'

/** A live view, as long as the component is shown. The source is taken once: give the component a `key` to change it. */
export const useLive = <Answer, View extends LiveView>(
  makeSource: () => LiveSource<Answer, View>,
): LiveSnapshot<View> => {
  const [live] = useState(() => createLive(makeSource()))
  useEffect(() => live.start(), [live])
  return useSyncExternalStore(live.subscribe, live.snapshot)
}
