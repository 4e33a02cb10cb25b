import type { TarEntry } from './entry-rules.ts'

const block = 512
const maxExtensionBytes = 64 * 1024
const maxPaddingBytes = 1024 * 1024

/** PAX records that change nothing, or that are applied here. Any other could mean more to tar than to us (`GNU.sparse.name`). */
const knownRecords = new Set([
  'path',
  'linkpath',
  'size',
  'mtime',
  'atime',
  'ctime',
  'uid',
  'gid',
  'uname',
  'gname',
])

type Extension = Partial<Record<'path' | 'linkpath' | 'size', string>>

/**
 * Reads the headers of a tar stream as GNU tar would, and nothing that the two could read differently: an unknown magic, global PAX
 * headers, unknown PAX records, mixed kinds of long names and bytes behind the end are errors. `onEntry` hears of each entry
 * before its content is read, and may throw.
 */
export class TarReader {
  readonly #onEntry: (entry: TarEntry) => void
  #pending: Buffer = Buffer.alloc(0)
  #skip = 0
  #extension: Extension = {}
  #extensionKind = ''
  #collect: { type: string; size: number } | undefined
  #zeros = 0

  constructor(onEntry: (entry: TarEntry) => void) {
    this.#onEntry = onEntry
  }

  write(chunk: Buffer): void {
    const skipped = Math.min(this.#skip, chunk.length)
    this.#skip -= skipped
    const rest = skipped === 0 ? chunk : chunk.subarray(skipped)
    this.#pending = this.#pending.length === 0 ? rest : Buffer.concat([this.#pending, rest])
    let offset = 0
    for (let used = this.#next(0); used > 0; used = this.#next(offset)) offset += used
    this.#pending = this.#pending.subarray(offset)
  }

  /** To be called behind the last byte. */
  end(): void {
    const whole = this.#zeros >= 2 * block && this.#pending.length === 0 && this.#skip === 0
    if (!whole) throw new Error('the archive ends in the middle')
  }

  /** Takes one header or extension at `offset`; returns how many bytes it took, 0 when more are needed. */
  #next(offset: number): number {
    const available = this.#pending.length - offset
    if (this.#collect) return this.#takeExtension(offset, available)
    if (available < block) return 0
    const header = this.#pending.subarray(offset, offset + block)
    if (this.#zeros > 0 || header.every((byte) => byte === 0)) return this.#takeEnd(header)
    const content = this.#takeHeader(header)
    const inHand = Math.min(content, available - block)
    this.#skip = content - inHand
    return block + inHand
  }

  #takeEnd(header: Buffer): number {
    this.#zeros += block
    if (this.#zeros > maxPaddingBytes || header.some((byte) => byte !== 0))
      throw new Error('there are bytes behind the end of the archive')
    return block
  }

  /** Returns how many bytes of content to pass over. */
  #takeHeader(header: Buffer): number {
    checkHeader(header)
    const type = header[156] === 0 ? '0' : header.toString('latin1', 156, 157)
    const size = numberAt(header, 124, 12)
    if (type === 'x' || type === 'L' || type === 'K') {
      if (size > maxExtensionBytes) throw new Error('a name or PAX header is longer than 64 KiB')
      this.#noteExtensionKind(type === 'x' ? 'pax' : 'gnu')
      this.#collect = { type, size }
      return 0
    }
    const entry = this.#entryOf(header, type, size)
    this.#onEntry(entry)
    return padded(entry.size)
  }

  #noteExtensionKind(kind: string): void {
    if (this.#extensionKind !== '' && this.#extensionKind !== kind)
      throw new Error('an entry has both GNU and PAX long names')
    this.#extensionKind = kind
  }

  #entryOf(header: Buffer, type: string, size: number): TarEntry {
    const { path, linkpath, size: paxSize } = this.#extension
    this.#extension = {}
    this.#extensionKind = ''
    return {
      type,
      path: path ?? nameOf(header),
      target: linkpath ?? text(header, 157, 100),
      mode: numberAt(header, 100, 8),
      size: paxSize === undefined ? size : decimal(paxSize),
    }
  }

  #takeExtension(offset: number, available: number): number {
    const { type, size } = this.#collect ?? { type: '', size: 0 }
    if (available < padded(size)) return 0
    const content = this.#pending.subarray(offset, offset + size)
    if (type === 'x') Object.assign(this.#extension, paxRecords(content))
    else this.#extension[type === 'L' ? 'path' : 'linkpath'] = utf8(content.subarray(0, endOfName(content)))
    this.#collect = undefined
    return padded(size)
  }
}

const padded = (size: number): number => Math.ceil(size / block) * block

const endOfName = (content: Buffer): number => {
  const end = content.indexOf(0)
  if (end !== -1 && content.subarray(end).some((byte) => byte !== 0))
    throw new Error('a long name has a NUL in it')
  return end === -1 ? content.length : end
}

const checkHeader = (header: Buffer): void => {
  const magic = header.toString('latin1', 257, 263)
  if (magic !== 'ustar\0' && magic !== 'ustar ') throw new Error('a header is not one of a tar archive')
  let sum = 8 * 32
  for (let index = 0; index < block; index++) if (index < 148 || index >= 156) sum += header[index] ?? 0
  if (sum !== numberAt(header, 148, 8)) throw new Error('the checksum of a header is wrong')
}

const nameOf = (header: Buffer): string => {
  const name = text(header, 0, 100)
  const isPosix = header.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = isPosix ? text(header, 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

const text = (header: Buffer, start: number, length: number): string => {
  const field = header.subarray(start, start + length)
  const end = field.indexOf(0)
  return utf8(end === -1 ? field : field.subarray(0, end))
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const utf8 = (bytes: Buffer): string => {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new Error(`the name '${bytes.toString('latin1')}' is not UTF-8`)
  }
}

/** An octal number, or GNU's binary form for large ones. */
const numberAt = (header: Buffer, start: number, length: number): number => {
  const field = header.subarray(start, start + length)
  if (field[0] === 0x80) return safe(Number(BigInt(`0x${field.subarray(1).toString('hex')}`)))
  const digits = /^ *([0-7]*)[ \0]*$/.exec(field.toString('latin1'))?.[1]
  if (digits === undefined) throw new Error('a number in a header is malformed')
  return Number.parseInt(`0${digits}`, 8)
}

const decimal = (digits: string): number => {
  if (!/^\d{1,16}$/.test(digits)) throw new Error(`the PAX size '${digits}' is malformed`)
  return safe(Number(digits))
}

const safe = (value: number): number => {
  if (!Number.isSafeInteger(value)) throw new Error('a number in a header is too large')
  return value
}

/** Records are `<length> <key>=<value>\n`, the length counting the whole record. */
const paxRecords = (content: Buffer): Extension => {
  const records: Record<string, string> = {}
  for (let offset = 0; offset < content.length;) {
    const length = Number(/^(\d{1,6}) /.exec(content.toString('latin1', offset, offset + 7))?.[1] ?? 0)
    const record = content.subarray(offset, offset + length)
    const found = /^\d+ ([^=]+)=([^]*)\n$/.exec(utf8(record))
    if (length === 0 || record.length !== length || !found) throw new Error('a PAX header is malformed')
    const [, key = '', value = ''] = found
    if (!knownRecords.has(key)) throw new Error(`the PAX record '${key}' is not allowed`)
    if (value === '') throw new Error(`the PAX record '${key}' is empty`)
    records[key] = value
    offset += length
  }
  return records
}
