import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { registerService } from '../../shared/api/services.ts'
import { bundles, environment } from './bundles.ts'
import type { Tracker } from './tracker.ts'

/** The repository that `scripts/release-grabber` keeps, registered as service `grabber`, with as many versions as a test wants. */
export class GrabberReleases {
  readonly #directory: string
  #versions = 0

  private constructor(directory: string) {
    this.#directory = directory
  }

  static async register(tracker: Tracker, directory: string): Promise<GrabberReleases> {
    const releases = new GrabberReleases(join(directory, 'grabber-releases'))
    await releases.release()
    await tracker.call(registerService, { body: { name: 'grabber', repo: releases.#repo } })
    return releases
  }

  /** A new version of the real grabber, made different from the others by `change`; returns the version. */
  async release(change: (program: string) => string = (program) => program): Promise<string> {
    const version = `9.0.${this.#versions++}`
    const bundle = join(this.#directory, version, 'grabber.cjs')
    await mkdir(dirname(bundle), { recursive: true })
    const program = versioned(await readFile(bundles.grabber, 'utf8'), version)
    await writeFile(bundle, sabotaged(program, change, version))
    await execa(resolve('scripts/release-grabber'), [this.#repo, '--bundle', bundle], {
      env: { ...environment, ...author },
      extendEnv: false,
    })
    return version
  }

  get #repo(): string {
    return join(this.#directory, 'repo')
  }
}

/** As if package.json had said so when it was built. */
const versioned = (program: string, version: string): string => {
  const own = /\bappVersion=("[^"]*")/.exec(program)?.[1]
  if (own === undefined) throw new Error('the grabber does not say its version')
  return program.replaceAll(own, `"${version}"`)
}

/** Whatever is wrong with it, it can be released: it says its version. */
const sabotaged = (program: string, change: (program: string) => string, version: string): string => {
  const changed = change(program)
  if (changed === program) return program
  const sayVersion = `if (process.argv[2] === '--version') { console.log('${version}'); process.exit() }`
  return `${sayVersion}\n${changed.replace(/^#!.*/, '')}`
}

const author = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
}
