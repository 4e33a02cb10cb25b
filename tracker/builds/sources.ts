import type * as z from 'zod'
import { changedCall, compareCall, type Resolved, type Source } from '../../shared/messages/sources.ts'
import type { Service } from '../db/services.ts'
import type { Store } from '../db/store.ts'
import { resolveRef, type Calls } from './ask-packers.ts'
import { requireService } from './find-service.ts'
import type { Packers } from './packers.ts'

type Compared = z.output<typeof compareCall.reply>

const compareWithinMs = 5000

export interface SourcesOptions {
  readonly store: Store
  readonly bus: Calls
  readonly packers: Pick<Packers, 'present'>
  readonly now?: () => number
}

/** What is in the services' repos. The tracker has none of them: it asks packers. */
export class Sources {
  readonly #options: SourcesOptions

  constructor(options: SourcesOptions) {
    this.#options = options
  }

  /** What commit a ref is now, and how it would be built. Throws the packer's own PersonError for a bad ref or config. */
  resolve(service: string, ref: string): Promise<Resolved> {
    const { bus, packers, now = Date.now } = this.#options
    return resolveRef(bus, this.#sourceOf(service), ref, () => packers.present(now()))
  }

  /** What lies between commits and another one; those that nobody has any more are left out. Throws when no packer says it in time. */
  async compare(service: string, from: readonly string[], to: string): Promise<Compared['spans']> {
    const request = { v: 1 as const, source: this.#sourceOf(service), from: [...from], to }
    return (await this.#options.bus.call(compareCall, {}, request, compareWithinMs)).spans
  }

  /** Whether anything that globs name, from the top of the repo, differs between two commits; undefined when that is not known. */
  async hasChanged(
    service: string,
    from: string,
    to: string,
    globs: readonly string[],
  ): Promise<boolean | undefined> {
    const request = { v: 1 as const, source: this.#sourceOf(service), from, to, globs: [...globs] }
    const { known, path } = await this.#options.bus.call(changedCall, {}, request, compareWithinMs)
    return known ? path !== undefined : undefined
  }

  #sourceOf(service: string): Source {
    return sourceOf(requireService(this.#options.store.read, service))
  }
}

/** Where a packer finds a service. */
export const sourceOf = ({ name, repo, path }: Service): Source => ({ service: name, repo, path })
