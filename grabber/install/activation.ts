import type { Install, Step } from './install.ts'

/** How a staged release comes to run, and how to get back. One for services, one for the grabber itself. */
export interface Activation {
  /** From `accepted` or `staged` up to before `committed`. */
  readonly steps: readonly Step[]
  /** The way back from a release that failed once the old one was touched; ends in `rolled-back` or `failed`. */
  rollBack(install: Install, error: string, signal: AbortSignal): Promise<void>
  /** Does what `rolling-back` stands for, from the beginning. */
  restore(install: Install, signal: AbortSignal): Promise<void>
}
