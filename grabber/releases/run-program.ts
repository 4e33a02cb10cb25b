import { spawn } from 'node:child_process'
import { PersonError } from '../../shared/errors.ts'

const maxErrorBytes = 4096

/** Runs a program of the system to its end. Throws PersonError with the end of its standard error unless it exits 0. */
export const runProgram = async (
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], signal, killSignal: 'SIGKILL' })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-maxErrorBytes)
  })
  const exit = await new Promise<string | number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, killedBy) => {
      resolve(code ?? killedBy)
    })
  })
  if (exit !== 0) throw failed(program, exit, complaint.trim())
}

const failed = (program: string, exit: string | number | null, complaint: string): PersonError =>
  new PersonError(
    /No space left/.test(complaint) ? 'no-space' : 'internal',
    `${program} ended with ${String(exit)}: ${complaint === '' ? 'it did not say why' : complaint}.`,
  )
