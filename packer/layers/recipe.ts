/** How to make directories that a later build may need just as well: of a lockfile's dependencies, for one. */
export interface Recipe {
  /** What a person would call it: `npm ci`. */
  readonly name: string
  /** All that decides what is made, beside the place, the files and what every command of a build sees: the versions of tools. */
  readonly decides: readonly string[]
  /** Where it is made. A layer is only used at the same place, as some tools write paths into what they make. */
  readonly root: string
  /** Files that decide what is made, relative to `root`. */
  readonly files: readonly string[]
  /** Those of its directories that are there, relative to `root`. */
  readonly directories: () => Promise<readonly string[]>
}

/** What a recipe made, in its place in this build. */
export interface Made {
  readonly key: string
  /**
   * Takes it out of its place and keeps it for later builds. False when it has to stay: something in it has changed since it was made.
   * Without a call this happens at the build's end.
   */
  keep(): Promise<boolean>
}

/** Layers as a builder sees them. */
export interface Layering {
  /** Moves what an earlier build made into its place; undefined when there is nothing whole. */
  take(recipe: Recipe): Promise<Made | undefined>
  /** Copies it instead, so that it can be changed. False when there is nothing whole. */
  copy(recipe: Recipe): Promise<boolean>
  /** To be called when it was made anew, and nothing else has run since. */
  made(recipe: Recipe): Promise<Made>
}
