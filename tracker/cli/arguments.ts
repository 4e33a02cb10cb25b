import * as z from 'zod'
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

export const parseBuildId = (text: string): number => parseSetting(Id, 'build id', text)

/** Milliseconds. */
export const parseTimeout = (text: string): number =>
  parseSetting(
    Duration.refine((ms) => ms > 0 && ms < 2 ** 31, 'give 1ms to 500h'),
    '--timeout',
    text,
  )

/** Gathers a flag that may be given several times. */
export const collect = (value: string, previous: readonly string[] = []): readonly string[] => [
  ...previous,
  value,
]
