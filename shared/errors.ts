/** Why something was refused or failed, as a word that programs can act on. HTTP status and exit code follow from it. */
export type ErrorCode =
  | 'usage' //          the request is malformed
  | 'invalid' //        well-formed, but not acceptable (bad name, ref, config)
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict' //       it does not fit the present state (no host matches, already exists)
  | 'locked' //         somebody else is at it, or wants nobody to be
  | 'too-many' //       more often than is allowed: it may be tried again later
  | 'unavailable' //    a part that is needed does not answer
  | 'no-space'
  | 'internal'

export const httpStatusOf: Record<ErrorCode, number> = {
  usage: 400,
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  locked: 423,
  'too-many': 429,
  unavailable: 503,
  'no-space': 507,
  internal: 500,
}

/** The word for it that another program, maybe a newer one, sent. */
export const errorCodeOf = (word: string): ErrorCode =>
  Object.hasOwn(httpStatusOf, word) ? (word as ErrorCode) : 'internal'

/**
 * An error meant for a person: `message` is one sentence that names the thing and the reason, `hint` says what to do next.
 * Anything else that is thrown is a defect of ours, and is logged with its stack.
 */
export class PersonError extends Error {
  override name = 'PersonError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly field: string | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string | undefined; field?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.field = options.field
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The `errno` name of a failed system call (`ENOENT`), if it is one. */
export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
