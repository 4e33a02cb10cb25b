import * as z from 'zod'
import { Environment } from '../../shared/domain/service-config.ts'
import { PersonError } from '../../shared/errors.ts'
import { cleanLine, maxLineLength } from './line-splitter.ts'
import type { GroupResult } from './process-group.ts'

/** What a plug-in reads, as one line of JSON. `describe` asks what decides the bytes; `build` builds in place. */
export type PluginRequest =
  | { readonly v: 1; readonly action: 'describe'; readonly with: Readonly<Record<string, unknown>> }
  | {
      readonly v: 1
      readonly action: 'build'
      readonly with: Readonly<Record<string, unknown>>
      readonly service: string
      /** The files of the whole repo. */
      readonly checkout: string
      /** The service's own directory in it; also where the plug-in is started. */
      readonly directory: string
      /** `run.env` of service.yaml. */
      readonly env: Readonly<Record<string, string>>
    }

const head = { v: z.literal(1), kind: z.literal('result') }

export const DescribeReply = z.strictObject({
  ...head,
  /** Another one when the same commit would give other bytes: the plug-in's and its tools' versions. */
  identity: z.string().min(1).max(500),
})

export const BuildReply = z.strictObject({
  ...head,
  /** What becomes the artifact, relative to the service's directory. */
  directory: z.string().min(1).max(500).default('.'),
  /** What the service needs to find what was built; goes over `run.env`. */
  env: Environment.default({}),
})

const Log = z.strictObject({ v: z.literal(1), kind: z.literal('log'), text: z.string() })
const Failed = z.strictObject({
  v: z.literal(1),
  kind: z.literal('failed'),
  message: z.string().min(1).max(1000),
  hint: z.string().max(500).optional(),
})

const LogOrFailed = z.discriminatedUnion('kind', [Log, Failed])

/** Takes what a plug-in says, line by line: log lines, and one result or failure. */
export class PluginAnswer<Result> {
  readonly #name: string
  readonly #reply: z.ZodType<Result>
  readonly #say: (text: string) => void
  #result: Result | undefined
  #failure: PersonError | undefined

  constructor(name: string, reply: z.ZodType<Result>, say: (text: string) => void = () => undefined) {
    this.#name = name
    this.#reply = reply
    this.#say = say
  }

  /** What went wrong first: what the plug-in says failed, or something it said that it may not say. */
  get failure(): PersonError | undefined {
    return this.#failure
  }

  hear(line: string): void {
    if (line.trim() === '') return
    const said = parseJson(line)
    const told = LogOrFailed.safeParse(said)
    if (told.success) this.#takeTold(told.data)
    else this.#takeResult(line, this.#reply.safeParse(said))
  }

  /** Throws what went wrong, or that the plug-in ended without a result, or not well. */
  result({ exitCode, stderr }: Pick<GroupResult, 'exitCode' | 'stderr'>): Result {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#result !== undefined && exitCode === 0) return this.#result
    const how = exitCode === undefined ? 'was ended' : `ended with exit code ${exitCode}`
    const without = this.#result === undefined ? ' and without a result' : ''
    const last = cleanLine(stderr.trim().split('\n').at(-1) ?? '').slice(0, 200)
    throw new PersonError('unavailable', `${this.#name} ${how}${without}${last ? `: ${last}` : '.'}`, {
      hint: 'It is a defect of the plug-in: docs/builder-plugins.md says what it has to answer.',
    })
  }

  #takeTold(told: z.infer<typeof LogOrFailed>): void {
    if (told.kind === 'failed') {
      this.#fail(new PersonError('invalid', `${this.#name}: ${told.message}`, { hint: told.hint }))
    } else for (const text of told.text.split('\n')) this.#say(cleanLine(text).slice(0, maxLineLength))
  }

  #takeResult(line: string, parsed: z.ZodSafeParseResult<Result>): void {
    if (!parsed.success) this.#fail(this.#foreign(line, parsed.error.issues[0]))
    else if (this.#result !== undefined) this.#fail(this.#foreign(line))
    else this.#result = parsed.data
  }

  #fail(failure: PersonError): void {
    this.#failure ??= failure
  }

  #foreign(line: string, issue?: z.core.$ZodIssue): PersonError {
    const reason = issue?.path.length ? ` (${[...issue.path, issue.message].join(': ')})` : ''
    const what = `${this.#name} said what its protocol does not have: ${line.slice(0, 200)}${reason}`
    return new PersonError('unavailable', what, {
      hint: 'It is a defect of the plug-in: docs/builder-plugins.md says what it may write to standard output.',
    })
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
