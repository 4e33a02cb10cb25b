import { spawn } from 'node:child_process'
import { get } from 'node:http'
import { connect } from 'node:net'
import { errnoOf, messageOf } from '../../shared/errors.ts'
import { signalWithin } from '../../shared/time-limit.ts'
import { foreignHolder } from './listeners.ts'
import type { HealthTarget } from './target.ts'

/** Who the answer has to come from. */
export interface Answerers {
  /** Pids of the service's own processes. */
  readonly own: () => readonly number[]
  /** All pids of this host, to name a stranger. */
  readonly everyone: () => readonly number[]
}

/** One question takes at most this long, in ms. */
const questionLimit = 5000

/** Asks once. Why it is not healthy, as the end of a sentence; undefined when it is. */
export const probe = async (
  target: HealthTarget,
  answerers: Answerers,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const limited = signalWithin(questionLimit, signal)
  const problem = await ask(target, limited)
  signal.throwIfAborted()
  return problem ?? strangerAt(target, answerers)
}

const ask = (target: HealthTarget, signal: AbortSignal): Promise<string | undefined> => {
  if (target.kind === 'http') return onLoopback((address) => askHttp(address, target, signal))
  if (target.kind === 'tcp') return onLoopback((address) => askTcp(address, target.port, signal))
  return target.kind === 'command' ? askCommand(target, signal) : Promise.resolve(undefined)
}

/** An answer counts only when the service itself gives it: an old process or a stranger may hold the port. */
const strangerAt = (target: HealthTarget, { own, everyone }: Answerers): string | undefined => {
  if (target.kind !== 'http' && target.kind !== 'tcp') return undefined
  const holder = foreignHolder(target.port, own(), everyone)
  return holder === undefined ? undefined : `port ${target.port} is answered by ${holder}, not by the service`
}

const refused = 'nothing listens there yet'

/** Most listen on IPv4; one that only does on IPv6 is asked there. */
const onLoopback = async (
  question: (address: string) => Promise<string | undefined>,
): Promise<string | undefined> => {
  const problem = await question('127.0.0.1')
  return problem?.endsWith(refused) ? question('::1') : problem
}

const askHttp = (
  host: string,
  { port, path }: { port: number; path: string },
  signal: AbortSignal,
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const where = `http://localhost:${port}${path}`
    const request = get(
      { host, port, path, signal, agent: false, headers: { host: 'localhost' } },
      (response) => {
        const { statusCode = 0 } = response
        response.destroy()
        resolve(statusCode >= 200 && statusCode < 400 ? undefined : `${where} answers ${statusCode}`)
      },
    )
    request.on('error', (error) => {
      resolve(`${where}: ${reasonOf(error, signal)}`)
    })
  })

const askTcp = (host: string, port: number, signal: AbortSignal): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const answer = (problem: string | undefined): void => {
      signal.removeEventListener('abort', giveUp)
      socket.destroy()
      resolve(problem)
    }
    const giveUp = (): void => answer(`port ${port}: no answer within ${questionLimit / 1000} s`)
    signal.addEventListener('abort', giveUp, { once: true })
    socket.on('connect', () => answer(undefined))
    socket.on('error', (error) => answer(`port ${port}: ${reasonOf(error, signal)}`))
  })

const reasonOf = (error: unknown, signal: AbortSignal): string => {
  if (signal.aborted) return `no answer within ${questionLimit / 1000} s`
  return errnoOf(error) === 'ECONNREFUSED' || errnoOf(error) === 'EADDRNOTAVAIL' ? refused : messageOf(error)
}

/** The command is a group of its own and ended whole: what it left behind must not pile up. */
const askCommand = (
  { command, directory, environment }: Extract<HealthTarget, { kind: 'command' }>,
  signal: AbortSignal,
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: 'ignore',
    })
    const end = (): void => {
      killGroup(child.pid)
    }
    signal.addEventListener('abort', end, { once: true })
    child.on('error', (error) => {
      resolve(`the health command cannot be run: ${error.message}`)
    })
    child.on('exit', (code, killedBy) => {
      signal.removeEventListener('abort', end)
      end()
      const how = signal.aborted
        ? `took longer than ${questionLimit / 1000} s`
        : `ended with ${code ?? String(killedBy)}`
      resolve(code === 0 ? undefined : `the health command ${how}`)
    })
  })

const killGroup = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody of the group is left.
  }
}
