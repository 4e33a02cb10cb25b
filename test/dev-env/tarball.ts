import { gzipSync } from 'node:zlib'

/** One member of a tar archive, as hostile as it is asked to be. */
export interface Member {
  readonly name: string
  readonly type?: string
  readonly mode?: number
  readonly target?: string
  readonly content?: string
  /** What the header claims, if not what is there. */
  readonly size?: number
}

/** One ustar member, byte by byte. */
export const member = ({
  name,
  type = '0',
  mode = 0o644,
  target = '',
  content = '',
  size,
}: Member): Buffer => {
  const header = Buffer.alloc(512)
  header.write(name, 0, 'utf8')
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${(size ?? Buffer.byteLength(content)).toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write(type, 156)
  header.write(target, 157, 'utf8')
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512)
  body.write(content, 'utf8')
  return Buffer.concat([header, body])
}

/** The two empty blocks behind the last member. */
export const endOfArchive = Buffer.alloc(1024)

/** A PAX header for the member that follows. */
export const pax = (records: Record<string, string>): Buffer => {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`)
    let length = rest + 1
    while (length !== rest + String(length).length) length = rest + String(length).length
    return `${length} ${key}=${value}\n`
  })
  return member({ name: 'pax', type: 'x', content: lines.join('') })
}

export const archive = (members: readonly (Member | Buffer)[]): Buffer =>
  Buffer.concat([...members.map((each) => (Buffer.isBuffer(each) ? each : member(each))), endOfArchive])

export const tarball = (members: readonly (Member | Buffer)[]): Buffer => gzipSync(archive(members))
