import type * as z from 'zod'
import type { ArtifactManifest } from '../../shared/domain/artifact.ts'
import type { Provenance } from '../../shared/domain/build-record.ts'
import { appVersion } from '../../shared/command-line.ts'

export interface Origin {
  /** Of the repo, without credentials. */
  readonly url: string
  readonly path: string
  readonly manifest: z.input<typeof ArtifactManifest>
  readonly digest: string
  /** Whether its commands saw nothing but what they need. */
  readonly sandbox: boolean
}

export interface Run {
  /** Of the packer. */
  readonly packer: string
  readonly buildId: number
  readonly attempt: number
  readonly startedAt: number
  readonly finishedAt: number
}

/** Where an artifact comes from, in words that tools for supply chains know. */
export const provenanceOf = ({ url, path, manifest, digest, sandbox }: Origin, run: Run): Provenance => {
  const { service, version, commit, builtBy, config } = manifest
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `${service}@${version}`, digest: { sha256: digest } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:apptracker:build:1',
        externalParameters: { service, version, path, build: config.build },
        internalParameters: { ...builtBy, sandbox },
        resolvedDependencies: [{ uri: uriOf(url), digest: { gitCommit: commit } }],
      },
      runDetails: {
        builder: { id: `urn:apptracker:packer:${run.packer}`, version: { apptracker: appVersion } },
        metadata: {
          invocationId: `build ${run.buildId}, attempt ${run.attempt}`,
          startedOn: new Date(run.startedAt).toISOString(),
          finishedOn: new Date(run.finishedAt).toISOString(),
        },
      },
    },
  }
}

const uriOf = (url: string): string => (url.startsWith('/') ? `git+file://${url}` : `git+${url}`)
