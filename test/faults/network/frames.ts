/** One message of the NATS protocol as it is on the wire, with what it carries. */
export interface Frame {
  readonly words: readonly string[]
  readonly bytes: Buffer
}

const withPayload = new Set(['PUB', 'HPUB', 'MSG', 'HMSG'])
const endOfLine = Buffer.from('\r\n')

/** Cuts a stream into whole frames; what is not whole yet waits for the rest. */
export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): Frame[] {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const frames: Frame[] = []
    for (let frame = this.#take(); frame; frame = this.#take()) frames.push(frame)
    return frames
  }

  #take(): Frame | undefined {
    const end = this.#rest.indexOf(endOfLine)
    if (end === -1) return undefined
    const words = this.#rest.toString('latin1', 0, end).split(/\s+/)
    const payload = withPayload.has((words[0] ?? '').toUpperCase()) ? Number(words.at(-1)) + 2 : 0
    const length = end + 2 + payload
    if (this.#rest.length < length) return undefined
    const bytes = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(length)
    return { words, bytes }
  }
}

/** The subject of a message that is delivered or published, else undefined. */
export const subjectOf = ({ words }: Frame): string | undefined =>
  withPayload.has((words[0] ?? '').toUpperCase()) ? words[1] : undefined

/** The payload of a delivered message without headers. */
export const payloadOf = ({ words, bytes }: Frame): Buffer =>
  bytes.subarray(bytes.length - 2 - Number(words.at(-1)), bytes.length - 2)

/** The same message again, for a subscription that may be another than the one it came on first. */
export const delivery = (subject: string, subscription: string, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`MSG ${subject} ${subscription} ${payload.length}\r\n`), payload, endOfLine])
