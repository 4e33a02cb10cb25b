import { describe, expect, test } from 'vitest'
import {
  BuildState,
  buildTransitions,
  DeployControl,
  deployControls,
  DeployState,
  deployTransitions,
} from './deploy-state.ts'
import { InstallState, installTransitions, isAtRest, isInstallAhead } from './install-state.ts'
import {
  assertTransition,
  IllegalTransitionError,
  isAhead,
  isEnd,
  type TransitionTable,
} from './transitions.ts'

interface Named {
  readonly name: string
  readonly first: string
  readonly states: readonly string[]
  readonly table: TransitionTable<string>
}

const tables: readonly Named[] = [
  { name: 'deploy', first: 'queued', states: DeployState.options, table: deployTransitions },
  { name: 'install', first: 'assigned', states: InstallState.options, table: installTransitions },
  { name: 'build', first: 'queued', states: BuildState.options, table: buildTransitions },
]

describe.each(tables)('the table of a $name', ({ first, states, table }) => {
  const ends = states.filter((state) => isEnd(table, state))

  test('knows every state, and no other', () => {
    expect(Object.keys(table).sort()).toEqual([...states].sort())
    for (const following of Object.values(table))
      for (const state of following) expect(states).toContain(state)
  })

  test('leads everywhere from the first state', () => {
    for (const state of states) if (state !== first) expect(isAhead(table, first, state), state).toBe(true)
  })

  test('leads to an end from every state, and out of none', () => {
    expect(ends.length).toBeGreaterThan(0)
    for (const state of states) {
      const reached = ends.filter((end) => isAhead(table, state, end))
      expect(reached.length > 0, state).toBe(!ends.includes(state))
    }
  })

  test('never says that a state follows itself, nor anything twice', () => {
    for (const [state, following] of Object.entries(table)) {
      expect(following).not.toContain(state)
      expect(new Set(following).size).toBe(following.length)
    }
  })

  test('lets pass exactly what it says', () => {
    for (const from of states)
      for (const to of states) {
        const move = (): void => assertTransition(table, from, to)
        if (table[from]?.includes(to) === true) expect(move).not.toThrow()
        else expect(move, `${from} to ${to}`).toThrow(IllegalTransitionError)
      }
  })
})

describe('what lies ahead of an install', () => {
  const straight = InstallState.options.filter((state) => state !== 'unreachable' && state !== 'late')

  test('is a strict partial order, but for the detour of a host that is out of reach', () => {
    for (const a of straight) {
      expect(isInstallAhead(a, a), a).toBe(false)
      for (const b of straight) {
        expect(isInstallAhead(a, b) && isInstallAhead(b, a), `${a} and ${b}`).toBe(false)
        for (const c of straight)
          if (isInstallAhead(a, b) && isInstallAhead(b, c))
            expect(isInstallAhead(a, c), `${a}, ${b}, ${c}`).toBe(true)
      }
    }
  })

  test('is everything but the assignment, for a host that was given up', () => {
    for (const from of ['unreachable', 'late'] as const)
      for (const state of straight)
        expect(isInstallAhead(from, state), `${from}, ${state}`).toBe(state !== 'assigned')
  })

  test('comes to the same states in whatever order messages come: the furthest of them counts', () => {
    const way: readonly InstallState[] = ['accepted', 'fetching', 'staged', 'checking', 'committed']
    for (const order of permutations(way)) {
      const end = order.reduce<InstallState>((at, to) => (isInstallAhead(at, to) ? to : at), 'assigned')
      expect(end, order.join()).toBe('committed')
    }
  })

  test('of a host at rest is at most that its release dies', () => {
    for (const state of InstallState.options.filter(isAtRest))
      for (const next of installTransitions[state]) expect(next).toBe('rolling-back')
  })
})

describe.each(DeployControl.options)('the control %s', (control) => {
  const { acts, isSo } = deployControls[control]
  const effects: Readonly<Record<DeployControl, (from: DeployState) => readonly DeployState[]>> = {
    pause: () => ['paused'],
    resume: () => deployTransitions.paused.filter((state) => deployControls.pause.acts.includes(state)),
    promote: (from) => (from === 'paused' ? effects.resume(from) : []),
    cancel: () => ['cancelled'],
    rollback: () => ['rolling-back', 'cancelled'],
  }

  test('only does what the table lets follow, from wherever it acts', () => {
    for (const from of acts)
      for (const to of effects[control](from)) {
        // Before the first host is touched there is nothing to roll back: then it is a cancel.
        if (to === 'rolling-back' && !['rolling', 'paused'].includes(from)) continue
        expect(deployTransitions[from], `${from} to ${to}`).toContain(to)
      }
  })

  test('asks nothing of a deploy that has ended', () => {
    for (const state of acts) expect(isEnd(deployTransitions, state), state).toBe(false)
  })

  test('is never both done and refused', () => {
    expect(acts.filter((state) => isSo.includes(state))).toEqual([])
  })
})

test('whatever can be paused can be gone on with where it was', () => {
  for (const state of deployControls.pause.acts) expect(deployTransitions.paused).toContain(state)
})

test('every deploy that has not ended can be cancelled', () => {
  const running = DeployState.options.filter((state) => !isEnd(deployTransitions, state))
  expect([...deployControls.cancel.acts].sort()).toEqual(running.sort())
})

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, index) =>
        permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
      )
