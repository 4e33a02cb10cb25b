import { setTimeout as delay } from 'node:timers/promises'
import { PersonError } from '../../shared/errors.ts'

export interface HealthWatch {
  readonly service: string
  /** Asks once: why it is not healthy, or undefined. */
  readonly probe: (signal: AbortSignal) => Promise<string | undefined>
  /** Undefined while the process that was started is alive; else how it ended. */
  readonly ended: () => string | undefined
  /** In ms, as in service.yaml. */
  readonly interval: number
  readonly healthyFor: number
  readonly deadline: number
}

/** The first questions come quickly: what is up at once should not wait for a whole interval. */
const firstPause = 20
const aliveEvery = 100

/**
 * Resolves once the service was healthy for the whole window, the same process throughout. Throws PersonError when the
 * process ends, or when it is not healthy at the deadline (a window that is under way then may be completed).
 */
export const becomeHealthy = async (watch: HealthWatch, signal: AbortSignal): Promise<void> => {
  const begun = Date.now()
  let healthySince: number | undefined
  for (let pause = firstPause; ; pause = Math.min(pause * 1.5, watch.interval)) {
    throwIfEnded(watch, begun)
    const asked = Date.now()
    const problem = await watch.probe(signal)
    throwIfEnded(watch, begun)
    healthySince = problem === undefined ? (healthySince ?? asked) : undefined
    const left = healthySince === undefined ? Infinity : healthySince + watch.healthyFor - Date.now()
    if (left <= 0) return
    if (problem !== undefined && Date.now() - begun >= watch.deadline) throw neverHealthy(watch, problem)
    const next = healthySince === undefined ? pause : Math.min(watch.interval, left)
    await rest(next, watch, begun, signal)
  }
}

const rest = async (ms: number, watch: HealthWatch, begun: number, signal: AbortSignal): Promise<void> => {
  for (let left = ms; left > 0; left -= aliveEvery) {
    await delay(Math.min(left, aliveEvery), undefined, { signal })
    throwIfEnded(watch, begun)
  }
}

const throwIfEnded = ({ service, ended }: HealthWatch, begun: number): void => {
  const end = ended()
  if (end === undefined) return
  throw new PersonError(
    'unavailable',
    `${service} ended by itself (${end}) within ${Date.now() - begun} ms of its start.`,
    { hint: 'Its last output says why.' },
  )
}

const neverHealthy = ({ service, deadline }: HealthWatch, problem: string): PersonError =>
  new PersonError('unavailable', `${service} was not healthy within ${deadline} ms: ${problem}.`, {
    hint: 'Its last output may say why; health.deadline in service.yaml says how long it may take.',
  })
