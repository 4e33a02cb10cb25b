/** What a proposal rests on, for the person who reads it. */
export interface Reason {
  /** What it decides: `run.command`. */
  readonly key: string
  /** What was seen, or that nothing was. */
  readonly because: string
}

/** How a service of one kind is started. */
export interface Start {
  readonly command: string
  readonly because: string
  /** The port that it listens on when nothing says another, by its framework's convention. */
  readonly port?: number
  /** Whether the command itself names $PORT. */
  readonly takesPort?: boolean
}

/** All that goes into a first service.yaml. */
export interface Proposal {
  readonly service: string
  readonly type: string
  readonly command: string
  readonly env: Readonly<Record<string, string | number>>
  readonly health: Health | undefined
  readonly reasons: readonly Reason[]
}

export type Health =
  | { readonly kind: 'http'; readonly port: number | string; readonly path: string }
  | { readonly kind: 'tcp'; readonly port: number | string }

/** Until a person has put the right one in, every start fails and says so. */
export const unknownStart: Start = {
  command: 'echo "service.yaml does not say yet how this is started" >&2; exit 1',
  because: 'nothing says how it is started: PUT THE COMMAND IN',
}
