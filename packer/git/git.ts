import { runGroup } from '../build/process-group.ts'
import { inheritedNetwork } from '../build/environment.ts'
import { PersonError } from '../../shared/errors.ts'
import { maskCredentials } from './repo-url.ts'

export interface GitOptions {
  readonly cwd: string
  readonly signal: AbortSignal
  readonly timeoutMs?: number
  /** The only protocol that may be used; none by default. */
  readonly protocol?: string
  readonly env?: Readonly<Record<string, string>>
}

/** git said no. `message` is its own last words, with credentials masked. */
export class GitError extends Error {
  override name = 'GitError'
}

/** Neither the user's nor the repo's settings may run something or change what is read. */
const settings = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.autocrlf', 'false'],
  ['core.symlinks', 'true'],
  ['gc.autoDetach', 'false'],
  ['maintenance.autoDetach', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['http.followRedirects', 'false'],
  ['advice.detachedHead', 'false'],
].flatMap(([name, value]) => ['-c', `${name ?? ''}=${value ?? ''}`])

/** Runs git and returns what it printed. Throws GitError, or a PersonError when there is no git or no time left. */
export const git = async (args: readonly string[], options: GitOptions): Promise<string> => {
  const timeoutMs = options.timeoutMs ?? 60_000
  const limit = AbortSignal.timeout(timeoutMs)
  const result = await runGroup('git', [...settings, ...args], {
    cwd: options.cwd,
    env: { ...environment(options.protocol), ...options.env },
    signal: AbortSignal.any([options.signal, limit]),
  })
  options.signal.throwIfAborted()
  if (limit.aborted) throw new GitError(`git took longer than ${Math.round(timeoutMs / 1000)} s`)
  if (result.startError === 'ENOENT') {
    throw new PersonError('unavailable', 'There is no git on the packer’s PATH.', {
      hint: 'apt-get install git',
    })
  }
  if (result.exitCode !== 0) throw new GitError(lastWords(result.stderr))
  return result.stdout
}

const environment = (protocol = 'none'): Record<string, string> => ({
  ...inheritedNetwork(process.env),
  ...pick(['HOME', 'USER', 'LOGNAME', 'SSH_AUTH_SOCK', 'XDG_CONFIG_HOME', 'GIT_SSL_CAINFO']),
  LANG: 'C.UTF-8',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: protocol,
  GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=15',
})

const pick = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))

/** The line that says why: git follows an ssh failure by general advice. */
const lastWords = (stderr: string): string => {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(Please make sure|and the repository exists)/.test(line))
  const telling = lines.filter((line) => !line.includes('Could not read from remote repository'))
  const last =
    telling.findLast((line) => /^(fatal|error|remote error):/i.test(line)) ?? telling.at(-1) ?? lines.at(-1)
  return maskCredentials((last ?? 'git failed').replace(/^(fatal|error): /i, ''))
    .replace(/\.$/, '')
    .slice(0, 500)
}
