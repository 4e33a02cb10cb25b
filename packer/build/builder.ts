import type { BuildConfig } from '../../shared/domain/build-config.ts'
import type { Needs } from '../../shared/domain/needs.ts'
import type { SearchPaths } from '../../shared/domain/search-paths.ts'
import type { ServiceConfig } from '../../shared/domain/service-config.ts'
import type { Layering } from '../layers/recipe.ts'

/** How a command is run; all of it has a sensible default. */
export interface RunOptions {
  /** What the step and a failure of it are called; by default the words that a person would type. */
  readonly name?: string
  /** By default the service's directory. */
  readonly cwd?: string
  /** Goes over the build's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** What it reads; by default nothing. */
  readonly input?: string
  /** Takes the lines of its standard output, which then do not go to the build's log. Must not throw. */
  readonly onStdoutLine?: (line: string) => void
}

/** The code as it is in git, before anything is built. Paths begin at the top of the repo. */
export interface Sources {
  /** The service's own: `.` or `packages/web`. */
  readonly directory: string
  /** What lies in a directory; nothing when there is no such directory. */
  readonly names: (directory: string) => Promise<ReadonlySet<string>>
  /** The text of a file, if there is one. */
  readonly read: (path: string) => Promise<string | undefined>
}

/** Where a builder works: all it may use, and all it may touch. */
export interface Workspace<Config extends BuildConfig = BuildConfig> {
  /** The files of the whole repo. */
  readonly checkout: string
  /** The service's own directory in it. */
  readonly directory: string
  readonly sources: Sources
  /** Kept from build to build of the service, for downloads. */
  readonly cache: string
  readonly config: ServiceConfig
  /** The section `build` of it. */
  readonly build: Config
  /** Runs a command. Its output goes to the build's log; throws when it fails. */
  readonly run: (command: string, args: readonly string[], options?: RunOptions) => Promise<void>
  /** Does something that takes its time and is no command, as a step that is shown by this name. */
  readonly step: <Result>(name: string, work: () => Promise<Result>) => Promise<Result>
  /** What was made in earlier builds of the same files. */
  readonly layers: Layering
  /** A line of the builder's own in the build's log. */
  readonly say: (text: string) => void
}

/** What came of a build. */
export interface Built {
  /** All that is in it becomes the artifact. */
  readonly directory: string
  /** What the service needs to find what was installed; it goes over `run.env`. */
  readonly variables: Readonly<Record<string, string>>
  readonly searchPaths?: SearchPaths
  /** What it needs on a host, beside what its native code does. */
  readonly needs?: Needs
}

/** Turns sources into what a host can run without fetching anything. */
export interface Builder<Config extends BuildConfig = BuildConfig> {
  /** Raise it when the same commit would give other bytes than before: then artifacts are built anew. */
  readonly revision: number
  /** What of this machine decides the bytes: the tools and their versions. Throws when one is missing, or when it cannot be told which are needed. */
  toolVersions(build: Config, sources: Sources): Promise<string>
  build(workspace: Workspace<Config>): Promise<Built>
}
