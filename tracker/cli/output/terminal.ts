/** Where results are written, and what it can show. */
export interface Terminal {
  write(text: string): void
  readonly isTerminal: boolean
  readonly colour: boolean
  readonly columns: number
  readonly rows: number
}

/** Standard output as it is now. A reader that goes away (`| head`) ends the program quietly. */
export const standardOutput = (environment: NodeJS.ProcessEnv = process.env): Terminal => {
  const { stdout } = process
  const isTerminal = stdout.isTTY && environment['TERM'] !== 'dumb'
  return {
    write: (text) => void stdout.write(text),
    isTerminal,
    colour: isTerminal && !environment['NO_COLOR'],
    get columns() {
      return stdout.isTTY ? Math.max(stdout.columns, 20) : 160
    },
    get rows() {
      return stdout.isTTY ? Math.max(stdout.rows, 5) : 50
    },
  }
}

/** Call once: without it a closed pipe would be an uncaught error with a stack trace. */
export const endQuietlyOnClosedPipe = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(process.exitCode ?? 0)
  })
}
