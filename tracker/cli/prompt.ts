import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

const interrupted = 130

/** Whether there is a person to ask. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY

/** Asks on standard error, so that results stay alone on standard output. A secret is not echoed. */
export const ask = async (question: string, { secret = false } = {}): Promise<string> => {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({
    input: process.stdin,
    output: secret ? silent : process.stderr,
    terminal: true,
  })
  // Only now, as the terminal would show what is typed before it is in raw mode.
  process.stderr.write(question)
  // In raw mode Ctrl-C reaches readline, not the process.
  reader.on('SIGINT', () => {
    reader.close()
    process.stderr.write('\n')
    process.exit(interrupted)
  })
  try {
    const [answer] = (await Promise.race([once(reader, 'line'), ended(reader)])) as [string]
    return answer.trim()
  } finally {
    if (secret) process.stderr.write('\n')
    reader.close()
  }
}

export const confirm = async (question: string): Promise<boolean> =>
  /^y(es)?$/i.test(await ask(`${question} [y/N] `))

/** All of standard input; of what is longer than `limit`, only so much. */
export const readStandardInput = async (limit: number): Promise<string> => {
  let text = ''
  for await (const chunk of process.stdin) {
    text += String(chunk)
    if (text.length > limit) break
  }
  return text
}

const ended = async (reader: ReturnType<typeof createInterface>): Promise<[string]> => {
  await once(reader, 'close')
  return ['']
}
