import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PersonError } from '../../shared/errors.ts'
import { Serialiser } from './serialise.ts'
import { git, GitError, type GitOptions } from './git.ts'
import { checkedAddress } from './repo-address.ts'
import { maskCredentials, parseRepoUrl, type RepoAddress } from './repo-url.ts'
import { remoteHead, type Repo } from './repo.ts'

export interface RepoCacheOptions {
  /** One bare repo per URL is kept here. */
  readonly directory: string
  /** Hosts that may be inside the packer's own network. */
  readonly trustedHosts: ReadonlySet<string>
  readonly signal: AbortSignal
}

/** A first clone of a large repo takes its time. */
const fetchTimeoutMs = 10 * 60_000

/** Local bare copies of repos, brought up to date on demand; of one repo by one git at a time. */
export class RepoCache {
  readonly #options: RepoCacheOptions
  readonly #serialiser = new Serialiser()

  constructor(options: RepoCacheOptions) {
    this.#options = options
  }

  /** The repo as it is now, all branches and tags, and `ref`. Throws `invalid` when it cannot be cloned. */
  fetched(url: string, ref: string): Promise<Repo> {
    const refspecs = ref === 'HEAD' ? [...allRefs, `+HEAD:${remoteHead}`] : allRefs
    return this.#exclusively(url, (address, repo) => this.#fetch(address, repo, refspecs))
  }

  /** The repo as it was last seen, fetched only when the commit is not there. */
  withCommit(url: string, commit: string): Promise<Repo> {
    return this.#exclusively(url, async (address, repo) => {
      if (await hasCommit(repo, commit)) return
      await this.#fetch(address, repo, allRefs)
      // A force-push may have left it on no branch; most servers still give it by name.
      if (!(await hasCommit(repo, commit))) await this.#fetch(address, repo, [commit])
    })
  }

  /** The repo as it was last seen, fetched once when one of the commits is not there; some may be gone for good. */
  withCommits(url: string, commits: readonly string[]): Promise<Repo> {
    return this.#exclusively(url, async (address, repo) => {
      const known = await Promise.all(commits.map((commit) => hasCommit(repo, commit)))
      if (known.includes(false)) await this.#fetch(address, repo, allRefs)
    })
  }

  #exclusively(url: string, use: (address: RepoAddress, repo: Repo) => Promise<void>): Promise<Repo> {
    const address = parseRepoUrl(url)
    const directory = join(
      this.#options.directory,
      createHash('sha256').update(url).digest('hex').slice(0, 32),
    )
    return this.#serialiser.run(directory, async () => {
      const repo = { url: maskCredentials(url), directory, signal: this.#options.signal }
      await this.#create(directory)
      await use(address, repo)
      return repo
    })
  }

  async #fetch(address: RepoAddress, repo: Repo, refspecs: readonly string[]): Promise<void> {
    const resolved = await checkedAddress(address, this.#options.trustedHosts)
    try {
      await this.#fetchOrStartOver(address, repo, [
        ...pinned(address, resolved),
        ...fetchArguments(address, refspecs),
      ])
    } catch (error) {
      if (!(error instanceof GitError)) throw error
      throw new PersonError('invalid', `Repo ${repo.url} cannot be cloned: ${error.message}.`, {
        hint: 'Check the address, and that the packer’s user may read it without being asked for a password.',
        cause: error,
      })
    }
  }

  /** A cache that a crash left locked or broken is made anew: nothing is in it that the repo has not. */
  async #fetchOrStartOver(address: RepoAddress, repo: Repo, args: readonly string[]): Promise<void> {
    const options: GitOptions = {
      cwd: repo.directory,
      signal: this.#options.signal,
      timeoutMs: fetchTimeoutMs,
      protocol: address.protocol,
    }
    try {
      await git(args, options)
    } catch (error) {
      if (
        !(error instanceof GitError) ||
        !/\.lock'|not a git repository|bad object|corrupt/.test(error.message)
      )
        throw error
      await rm(repo.directory, { recursive: true, force: true })
      await this.#create(repo.directory)
      await git(args, options)
    }
  }

  async #create(directory: string): Promise<void> {
    if (await exists(join(directory, 'HEAD'))) return
    await mkdir(this.#options.directory, { recursive: true })
    const incoming = await mkdtemp(join(this.#options.directory, 'new-'))
    await git(['init', '--quiet', '--bare', '--template='], { cwd: incoming, signal: this.#options.signal })
    await rm(directory, { recursive: true, force: true })
    await rename(incoming, directory)
  }
}

const allRefs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']

const fetchArguments = ({ url }: RepoAddress, refspecs: readonly string[]): string[] => [
  'fetch',
  '--quiet',
  '--prune',
  '--force',
  '--no-tags',
  '--update-head-ok',
  // A checkout of the last commit alone, as CI makes them, would give nothing, without a word.
  '--update-shallow',
  '--end-of-options',
  url,
  ...refspecs,
]

/** git connects to the address that was checked, whatever the name says a moment later. */
const pinned = ({ url, protocol, host }: RepoAddress, address: string | undefined): string[] => {
  if (protocol !== 'https' || host === undefined || address === undefined) return []
  const port = new URL(url).port || '443'
  return ['-c', `http.curloptResolve=${host}:${port}:${address.includes(':') ? `[${address}]` : address}`]
}

export const hasCommit = (repo: Repo, commit: string): Promise<boolean> =>
  git(['cat-file', '-e', `${commit}^{commit}`], { cwd: repo.directory, signal: repo.signal }).then(
    () => true,
    (error: unknown) => {
      repo.signal.throwIfAborted()
      if (error instanceof PersonError) throw error
      return false
    },
  )

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
