/** For every state, the states that may follow it. A state with none is an end. */
export type TransitionTable<State extends string> = Readonly<Record<State, readonly State[]>>

export class IllegalTransitionError extends Error {
  override name = 'IllegalTransitionError'
}

export const isEnd = <State extends string>(table: TransitionTable<State>, state: State): boolean =>
  table[state].length === 0

/** Throws unless the table lets `to` follow `from` directly. */
export const assertTransition = <State extends string>(
  table: TransitionTable<State>,
  from: State,
  to: State,
): void => {
  if (!table[from].includes(to)) throw new IllegalTransitionError(`${from} cannot be followed by ${to}`)
}

/**
 * Whether `to` lies ahead of `from`. An observer uses this instead of `assertTransition`: messages between two states may
 * have been lost or overtaken, and then it hears of a later one first. No way leads through a `detour`, a state that may
 * be left for an earlier one: else everything would lie ahead of everything.
 */
export const isAhead = <State extends string>(
  table: TransitionTable<State>,
  from: State,
  to: State,
  detours: readonly State[] = [],
): boolean => {
  const seen = new Set<State>()
  const queue: State[] = [...table[from]]
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    if (state === to) return true
    if (seen.has(state) || detours.includes(state)) continue
    seen.add(state)
    queue.push(...table[state])
  }
  return false
}
