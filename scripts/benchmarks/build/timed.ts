import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'

export interface Timed {
  readonly seconds: number
  /** The most that the process itself, not its children, has had in memory; 0 for one that is too quick to be asked. */
  readonly peakMb: number
}

const lookEveryMs = 20

/** Runs a program, and throws with what it said when it fails. */
export const runOrThrow = async (
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Timed> => {
  const started = performance.now()
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)))
  let peakMb = 0
  const timer = setInterval(() => (peakMb = Math.max(peakMb, peakOf(child.pid))), lookEveryMs)
  const [code] = (await once(child, 'close').finally(() => clearInterval(timer))) as [number | null]
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}:\n${said}`)
  return { seconds: (performance.now() - started) / 1000, peakMb }
}

const peakOf = (pid: number | undefined): number => {
  try {
    const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024
  } catch {
    return 0 // It has just ended.
  }
}
