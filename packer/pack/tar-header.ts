import type { Entry } from './entry.ts'

/** What a header says of each kind of entry. */
export const typeFlags = { file: '0', directory: '5', link: '2' } as const

const blockBytes = 512
/** 2000-01-01, in seconds: a time that every tool can show. */
const fixedTime = 946_684_800
/** More does not fit into the eleven octal digits that a header has for it. */
const maxOctalSize = 0o77777777777

/** One entry's header in the format `ustar`, behind a pax header where a name is long or not ASCII. Owner and time are the same for all. */
export const tarHeader = ({ path, kind, size, executable, target }: Entry): Buffer => {
  const mode = kind === 'directory' || (kind === 'file' && executable) ? 0o755 : 0o644
  const name = kind === 'directory' ? `${path}/` : path
  const split = splitName(name)
  const own = block({
    name: split?.name ?? shortened(name),
    prefix: split?.prefix ?? '',
    target: shortened(target),
    flag: typeFlags[kind],
    mode,
    size,
  })
  const records = new Map<string, string>()
  if (split === undefined) records.set('path', name)
  if (!fits(target, 100)) records.set('linkpath', target)
  return records.size === 0 ? own : Buffer.concat([paxHeader(records), own])
}

/** Two empty blocks end an archive. */
export const endOfArchive = Buffer.alloc(2 * blockBytes)

/** What follows so many bytes of content. */
export const paddingOf = (size: number): Buffer =>
  endOfArchive.subarray(0, (blockBytes - (size % blockBytes)) % blockBytes)

interface BlockFields {
  readonly name: string
  readonly prefix: string
  readonly target: string
  readonly flag: string
  readonly mode: number
  readonly size: number
}

const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`

/** Writes ASCII, and tells the sum of its bytes: for a line of text a call of Buffer's would cost more. */
const put = (bytes: Buffer, text: string, at: number): number => {
  let sum = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    bytes[at + index] = code
    sum += code
  }
  return sum
}

/** What all headers have in common: owner, time, a checksum of blanks to begin with, the format, no device. */
const common = Buffer.alloc(blockBytes)
const sumOfCommon =
  put(common, octal(0, 7) + octal(0, 7), 108) +
  put(common, `${octal(fixedTime, 11)}        `, 136) +
  put(common, 'ustar\x0000', 257) +
  put(common, octal(0, 7) + octal(0, 7), 329)

const block = ({ name, prefix, target, flag, mode, size }: BlockFields): Buffer => {
  const bytes = Buffer.from(common)
  const sum =
    sumOfCommon +
    put(bytes, name, 0) +
    put(bytes, octal(mode, 7), 100) +
    putSize(bytes, size, 124) +
    put(bytes, flag, 156) +
    put(bytes, target, 157) +
    put(bytes, prefix, 345)
  put(bytes, `${octal(sum, 6)} `, 148)
  return bytes
}

/** In octal, or in GNU's binary form, which all tars of today read as well. */
const putSize = (bytes: Buffer, size: number, at: number): number => {
  if (size <= maxOctalSize) return put(bytes, octal(size, 11), at)
  bytes[at] = 0x80
  bytes.writeBigUInt64BE(BigInt(size), at + 4)
  return bytes.subarray(at, at + 12).reduce((sum, byte) => sum + byte)
}

/** Into the two fields that a header has for it, at a slash; undefined where that cannot be done. */
const splitName = (name: string): { name: string; prefix: string } | undefined => {
  if (fits(name, 100)) return { name, prefix: '' }
  if (!isAscii(name)) return undefined
  const at = name.indexOf('/', name.length - 101)
  if (at <= 0 || at > 155 || at === name.length - 1) return undefined
  return { name: name.slice(at + 1), prefix: name.slice(0, at) }
}

const fits = (text: string, bytes: number): boolean => text.length <= bytes && isAscii(text)

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/** What tools that know no pax headers see. */
const shortened = (text: string): string => text.replace(/[^\x20-\x7e]/g, '_').slice(0, 100)

const paxHeader = (records: ReadonlyMap<string, string>): Buffer => {
  const content = Buffer.from([...records].map(paxRecord).join(''))
  const header = { name: 'pax', prefix: '', target: '', flag: 'x', mode: 0o644, size: content.length }
  return Buffer.concat([block(header), content, paddingOf(content.length)])
}

/** `<length> <key>=<value>\n`, where the length counts its own digits too. */
const paxRecord = ([key, value]: [string, string]): string => {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest
  while (length !== rest + String(length).length) length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}
