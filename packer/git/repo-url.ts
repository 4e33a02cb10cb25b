import { isAbsolute } from 'node:path'
import { PersonError } from '../../shared/errors.ts'

/** What git may use to reach a repo: one protocol, so that a repo can never make it run a helper program. */
export interface RepoAddress {
  readonly url: string
  readonly protocol: 'https' | 'http' | 'ssh' | 'file'
  /** Absent for a directory. */
  readonly host?: string
}

const loopback = new Set(['127.0.0.1', 'localhost'])
const scpLike = /^[A-Za-z0-9_][A-Za-z0-9._-]*@([A-Za-z0-9][A-Za-z0-9.-]*):[^\s-]\S*$/

/** Checks where a repo is. Throws `invalid` for whatever git would take as an option, a helper program or a foreign protocol. */
export const parseRepoUrl = (url: string): RepoAddress => {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(url)) throw refused(url, 'it holds control characters')
  if (isAbsolute(url)) return { url, protocol: 'file' }
  if (/\s/.test(url)) throw refused(url, 'it holds spaces')
  const scpHost = scpLike.exec(url)?.[1]
  if (scpHost !== undefined) return { url, protocol: 'ssh', host: scpHost }
  return parseFullUrl(url)
}

const parseFullUrl = (text: string): RepoAddress => {
  const url = /^(https?|ssh):\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined)
    throw refused(text, 'it is neither https://, ssh://, user@host:path nor an absolute path')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const protocol = url.protocol.slice(0, -1) as 'https' | 'http' | 'ssh'
  if (host === '' || host.startsWith('-') || url.username.startsWith('-')) {
    throw refused(text, 'its host is not a name')
  }
  if (url.password !== '' || (protocol !== 'ssh' && url.username !== '')) {
    throw refused(
      text,
      'it holds credentials',
      'Give them to the packer’s git instead (a credential helper, or ~/.netrc).',
    )
  }
  if (protocol === 'http' && !loopback.has(host)) {
    throw refused(text, 'plain http can be changed on its way', 'Use https.')
  }
  return { url: text, protocol, host }
}

const refused = (
  url: string,
  reason: string,
  hint = 'Register the service again with a repo such as https://git.example/web.git.',
): PersonError =>
  new PersonError('invalid', `Repo ${maskCredentials(url)} is refused: ${reason}.`, { hint, field: 'repo' })

/** Credentials in URLs anywhere in a text, replaced by stars. */
export const maskCredentials = (text: string): string =>
  text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@')
