/** What a host is to run: a release, and the version of its service's settings that it runs with; null where there are none. */
export interface Edition {
  readonly digest: string
  readonly config: number | null
}

export const isSameEdition = (one: Edition, other: Edition): boolean =>
  one.digest === other.digest && one.config === other.config
