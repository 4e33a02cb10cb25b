import * as z from 'zod'
import { longestWaitMs } from '../../shared/api/deploys.ts'
import { parseSetting } from '../../shared/command-line.ts'
import { Ref, ServiceName } from '../../shared/domain/names.ts'
import { Duration } from '../../shared/domain/units.ts'

/** What `SERVICE[@REF]` or `SERVICE@sha256:<12 or more hex digits>` asks for. */
export interface Wanted {
  readonly service: string
  readonly ref?: string
  readonly digest?: string
}

const ShortDigest = z.string().regex(/^[0-9a-f]{12,64}$/, 'give 12 to 64 hex digits after sha256:')
const Id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'it is a number, as `tracker status` shows it')
  .transform(Number)

export const parseWanted = (text: string): Wanted => {
  const at = text.indexOf('@')
  const service = parseSetting(ServiceName, 'service', at < 0 ? text : text.slice(0, at))
  if (at < 0) return { service }
  const wanted = text.slice(at + 1)
  if (!wanted.startsWith('sha256:')) return { service, ref: parseSetting(Ref, 'ref', wanted) }
  return { service, digest: parseSetting(ShortDigest, 'digest', wanted.slice('sha256:'.length)) }
}

export const parseDeployId = (text: string): number => parseSetting(Id, 'deploy id', text)

export const parsePlanId = (text: string): number => parseSetting(Id, 'plan id', text)
/** A config version, as `tracker env history` shows it. */
export const parseConfig = (text: string): number =>
  parseSetting(
    z
      .string()
      .regex(/^[1-9]\d{0,8}$/, 'it is a number, as `tracker env history` shows it')
      .transform(Number),
    '--config',
    text,
  )

export const parseBuildId = (text: string): number => parseSetting(Id, 'build id', text)

/** Milliseconds. */
export const parseTimeout = (text: string): number =>
  parseSetting(
    Duration.refine((ms) => ms > 0 && ms < 2 ** 31, 'give 1ms to 500h'),
    '--timeout',
    text,
  )

const Count = z
  .string()
  .regex(/^([1-9]\d{0,2}|1000)$/, 'give a number from 1 to 1000')
  .transform(Number)

/** A number, with bounds that somebody else knows. */
export const parseWhole = (name: string, text: string): number =>
  parseSetting(
    z
      .string()
      .regex(/^\d{1,9}$/, 'give a whole number')
      .transform(Number),
    name,
    text,
  )

/** How many lines somebody wants. */
export const parseCount = (name: string, text: string): number => parseSetting(Count, name, text)

const millisecondsPer = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const isoDateTime = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/

/** When that was, as the API wants it: `2h` ago, or an ISO date-time; one without a zone is local. */
export const parseMoment = (name: string, text: string, now: number): string =>
  parseSetting(
    z
      .string()
      .transform((value) => momentOf(value, now))
      .refine(
        (at) => !Number.isNaN(at),
        'give an ISO date-time (2026-03-01T14:00), or how long ago: 30m, 2h, 7d',
      )
      .transform(String),
    name,
    text,
  )

/** A time to come, in ms since the epoch: the next `22:00`, local; an ISO date-time; or how long from now, `2h`. */
export const parseComing = (name: string, text: string, now: number): number =>
  parseSetting(
    z
      .string()
      .transform((value) => comingOf(value, now))
      .refine(
        (at) => at > now && at <= now + longestWaitMs,
        'give a time within the next 30 days: 22:00, 2h from now, or an ISO date-time (2026-03-01T22:00)',
      ),
    name,
    text,
  )

const comingOf = (text: string, now: number): number => {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  if (hours === undefined)
    return /^\d+[smhd]$/.test(text) ? 2 * now - momentOf(text, now) : momentOf(text, now)
  const at = new Date(now)
  at.setHours(Number(hours), Number(minutes), 0, 0)
  if (at.getTime() <= now) at.setDate(at.getDate() + 1)
  return at.getTime()
}

/** A moment, mostly one to come, in milliseconds: an ISO date-time; one without a zone is local. */
export const parseDateTime = (name: string, text: string): number =>
  parseSetting(
    z
      .string()
      .transform((value) => dateTimeOf(value))
      .refine((at) => !Number.isNaN(at), 'give an ISO date-time, such as 2026-12-24T18:00'),
    name,
    text,
  )

const momentOf = (text: string, now: number): number => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (unit !== undefined) return now - Number(count) * millisecondsPer[unit as keyof typeof millisecondsPer]
  return dateTimeOf(text)
}

const dateTimeOf = (text: string): number =>
  isoDateTime.test(text) ? new Date(text.length === 10 ? `${text}T00:00` : text).getTime() : NaN

/** Gathers a flag that may be given several times. */
export const collect = (value: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  value,
]
