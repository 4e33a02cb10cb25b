import type { ServiceConfig } from '../../shared/domain/service-config.ts'

/** Where a builder works: all it may use, and all it may touch. */
export interface Workspace {
  /** The service's own directory; all that is in it at the end becomes the artifact. */
  readonly directory: string
  readonly config: ServiceConfig
  /** Runs a command there. Its output goes to the build's log; throws when it fails. */
  readonly run: (command: string, args: readonly string[]) => Promise<void>
  /** A line of the builder's own in the build's log. */
  readonly say: (text: string) => void
}

/** Turns sources into what a host can run without fetching anything. */
export interface Builder {
  readonly type: ServiceConfig['build']['type']
  /** Raise it when the same commit would give other bytes than before: then artifacts are built anew. */
  readonly revision: number
  /** What of this machine decides the bytes: the tool and its version. Throws when it is missing. */
  toolVersion(): Promise<string>
  /** Builds in place. Returns variables that the service needs to find what was installed; they go over `run.env`. */
  build(workspace: Workspace): Promise<Readonly<Record<string, string>>>
}
