import { readdirSync, readFileSync } from 'node:fs'
import { errnoOf } from '../../shared/errors.ts'
import { eventually } from '../../test/dev-env/poll.ts'
import { run } from '../../test/dev-env/bundles.ts'
import { bundleFiles, paths } from './layout.ts'

const graceMs = 5000

/** nats-server and the services outlive the parts that started them, as they should; not so here. */
export const endLeftovers = async (): Promise<void> => {
  await run(bundleFiles.tracker, ['stop-nats', '--data', paths.tracker])
  signalServices('SIGTERM')
  await eventually('the services to end', () => services().length === 0, graceMs).catch(() =>
    signalServices('SIGKILL'),
  )
}

/** Known by a variable that only they have. */
const services = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isService(name))
    .map(Number)

const isService = (pid: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`APPTRACKER_SHARED_DIR=${paths.hosts}/`)
  } catch {
    return false
  }
}

const signalServices = (signal: NodeJS.Signals): void => {
  for (const pid of services()) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH') throw error
    }
  }
}
