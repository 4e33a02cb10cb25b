import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip } from 'node:zlib'
import { LogLine } from '../../shared/domain/event.ts'
import { PersonError } from '../../shared/errors.ts'
import type { Tables } from '../db/store.ts'

const eventsAtOnce = 200
/** More than any packer writes; what unpacks to more is no log. */
const maxBytes = 256 * 1024 * 1024
const longestLine = 16 * 1024

/** The log of a build as it was told while it ran, some lines at a time. */
export function* toldLines(events: Tables['events'], buildId: number): Generator<LogLine[]> {
  for (let since = 0; ;) {
    const page = events.list({ build: buildId }, since, eventsAtOnce)
    for (const event of page) if (event.kind === 'build.log') yield event.data.lines
    const last = page.at(-1)
    if (page.length < eventsAtOnce || last === undefined) return
    since = last.seq
  }
}

/** The lines of a compressed log file, some at a time. Throws `unavailable` when it is damaged. */
export async function* keptLines(file: Readable, signal: AbortSignal): AsyncGenerator<LogLine[]> {
  const text = file.on('error', (error) => text.destroy(error)).pipe(createGunzip())
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let bytes = 0
  try {
    for await (const chunk of text as AsyncIterable<Buffer>) {
      signal.throwIfAborted()
      bytes += chunk.length
      if (bytes > maxBytes) throw new Error('it is too large')
      const parts = (rest + decoder.write(chunk)).split('\n')
      rest = (parts.pop() ?? '').slice(0, longestLine)
      yield parts.flatMap(lineOf)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw new PersonError('unavailable', 'The log of this build cannot be read from the artifact store.', {
      hint: 'Try again; if that does not help, the file is damaged.',
      cause: error,
    })
  } finally {
    file.destroy()
    text.destroy()
  }
}

const written = /^(\S{24}) (stdout|stderr|packer) (.*)$/s

const lineOf = (raw: string): LogLine[] => {
  const [, at = '', stream, text = ''] = written.exec(raw) ?? []
  const line = LogLine.safeParse({ at: Date.parse(at), stream, text: text.slice(0, 4096) })
  return line.success ? [line.data] : []
}
