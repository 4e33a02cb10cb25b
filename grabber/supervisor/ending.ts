import { setTimeout as delay } from 'node:timers/promises'
import { errnoOf, PersonError } from '../../shared/errors.ts'

/** How long processes may take to vanish after SIGKILL, in ms: only one stuck in the kernel takes longer. */
const killLimit = 10_000

/** Resolves to whether nobody is left after `limit` ms at most. */
export const gone = async (
  members: () => readonly number[],
  limit: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const deadline = Date.now() + limit
  for (let pause = 5; members().length > 0; pause = Math.min(pause * 1.5, 200)) {
    const left = deadline - Date.now()
    if (left <= 0) return false
    await delay(Math.min(pause, left), undefined, { signal })
  }
  return true
}

/** Kills again and again, for what forked meanwhile, until nobody is left. Throws `internal` when somebody stays. */
export const killAll = async (
  what: string,
  members: () => readonly number[],
  kill: () => void,
  signal: AbortSignal,
): Promise<void> => {
  const deadline = Date.now() + killLimit
  while (members().length > 0) {
    if (Date.now() > deadline) throw stuck(what, members())
    kill()
    await gone(members, 100, signal)
  }
}

/** One that has ended meanwhile is fine. */
export const send = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
  }
}

const stuck = (what: string, pids: readonly number[]): PersonError =>
  new PersonError('internal', `Process ${pids.join(', ')} of ${what} does not end, not even by SIGKILL.`, {
    hint: 'It is stuck in the kernel, often on a dead disk or network mount: look at its wait channel, or reboot the host.',
  })
