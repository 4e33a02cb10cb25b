import type { Stats } from 'node:fs'

export interface HeaderFields {
  readonly path: string
  readonly stats: Pick<Stats, 'mode' | 'size' | 'isDirectory' | 'isFile' | 'isSymbolicLink'>
  /** Where a link leads; empty for all else. */
  readonly target: string
}

const blockBytes = 512
/** 2000-01-01, in seconds: a time that every tool can show. */
const fixedTime = 946_684_800
/** More does not fit into the eleven octal digits that a header has for it. */
const maxOctalSize = 0o77777777777

/** One entry's header in the format `ustar`, behind a pax header where a name is long or not ASCII. Owner and time are the same for all. */
export const tarHeader = ({ path, stats, target }: HeaderFields): Buffer => {
  const kind = stats.isDirectory() ? '5' : stats.isSymbolicLink() ? '2' : '0'
  const mode = kind === '5' || (kind === '0' && (stats.mode & 0o100) !== 0) ? 0o755 : 0o644
  const name = kind === '5' ? `${path}/` : path
  const split = splitName(name)
  const records = {
    ...(split === undefined ? { path: name } : {}),
    ...(fits(target, 100) ? {} : { linkpath: target }),
  }
  const own = block({
    ...(split ?? { name: shortened(name), prefix: '' }),
    target: shortened(target),
    kind,
    mode,
    size: kind === '0' ? stats.size : 0,
  })
  return Object.keys(records).length === 0 ? own : Buffer.concat([paxHeader(records), own])
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
  readonly kind: string
  readonly mode: number
  readonly size: number
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')

/** What all headers have in common: owner, time, a checksum of blanks to begin with, the format, no device. */
const common = Buffer.alloc(blockBytes)
common.write(`${octal(0, 7)}\0${octal(0, 7)}\0`, 108)
common.write(`${octal(fixedTime, 11)}\0        `, 136)
common.write('ustar\x0000', 257)
common.write(`${octal(0, 7)}\0${octal(0, 7)}\0`, 329)

const block = ({ name, prefix, target, kind, mode, size }: BlockFields): Buffer => {
  const bytes = Buffer.from(common)
  bytes.write(name, 0, 'latin1')
  bytes.write(`${octal(mode, 7)}\0`, 100, 'latin1')
  writeSize(bytes, size)
  bytes.write(kind, 156, 'latin1')
  bytes.write(target, 157, 'latin1')
  bytes.write(prefix, 345, 'latin1')
  let sum = 0
  for (let index = 0; index < blockBytes; index++) sum += bytes[index] ?? 0
  bytes.write(`${octal(sum, 6)}\0 `, 148, 'latin1')
  return bytes
}

/** In octal, or in GNU's binary form, which all tars of today read as well. */
const writeSize = (bytes: Buffer, size: number): void => {
  if (size <= maxOctalSize) {
    bytes.write(`${octal(size, 11)}\0`, 124)
  } else {
    bytes[124] = 0x80
    bytes.writeBigUInt64BE(BigInt(size), 128)
  }
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

const paxHeader = (records: Readonly<Record<string, string>>): Buffer => {
  const content = Buffer.from(Object.entries(records).map(paxRecord).join(''))
  const header = { name: 'pax', prefix: '', target: '', kind: 'x', mode: 0o644, size: content.length }
  return Buffer.concat([block(header), content, paddingOf(content.length)])
}

/** `<length> <key>=<value>\n`, where the length counts its own digits too. */
const paxRecord = ([key, value]: [string, string]): string => {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest
  while (length !== rest + String(length).length) length = rest + String(length).length
  return `${length} ${key}=${value}\n`
}
