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
