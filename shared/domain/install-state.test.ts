import { describe, expect, test } from 'vitest'
import { InstallState, installTransitions, isInstallAhead } from './install-state.ts'

describe('news of an install', () => {
  test('may skip steps whose messages were lost', () => {
    expect(isInstallAhead('accepted', 'committed')).toBe(true)
    expect(isInstallAhead('assigned', 'rolled-back')).toBe(true)
  })

  test('never goes back', () => {
    expect(isInstallAhead('checking', 'stopping')).toBe(false)
    expect(isInstallAhead('staged', 'fetching')).toBe(false)
    expect(isInstallAhead('committed', 'checking')).toBe(false)
  })

  test('may tell that a committed release died while it was watched', () => {
    expect(isInstallAhead('committed', 'rolled-back')).toBe(true)
    expect(isInstallAhead('rolled-back', 'committed')).toBe(false)
  })

  test('may begin anew after the host was out of reach', () => {
    expect(isInstallAhead('unreachable', 'fetching')).toBe(true)
  })

  test('every state can be reached from assigned, and every state that is no end can still fail', () => {
    for (const state of InstallState.options) {
      if (state !== 'assigned' && state !== 'late')
        expect(isInstallAhead('assigned', state), state).toBe(true)
      if (installTransitions[state].length > 0) expect(isInstallAhead(state, 'failed'), state).toBe(true)
    }
  })
})
