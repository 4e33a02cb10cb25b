import { join } from 'node:path'
import type { Labels } from '../../shared/domain/names.ts'
import { bundles, environment, runOrThrow } from './bundles.ts'
import { Program } from './program.ts'
import type { Tracker } from './tracker.ts'

export interface PackerOptions {
  readonly tracker: Tracker
  readonly directory: string
  readonly name: string
  readonly env?: NodeJS.ProcessEnv
  readonly capacity?: number
  readonly labels?: Labels
  /** More words for `packer run`. */
  readonly flags?: readonly string[]
}

/** A real packer, enrolled at the tracker. npm may need what the machine says of certificates. */
export const startPacker = async ({
  tracker,
  directory,
  name,
  env,
  capacity = 2,
  labels = {},
  flags = [],
}: PackerOptions): Promise<Program> => {
  const work = join(directory, name)
  const token = await tracker.enrolmentToken({ kind: 'packer', name, labels })
  const joining = ['enroll', '--tracker', tracker.target.url, '--token', token, '--work', work]
  await runOrThrow(bundles.packer, joining)
  return Program.start({
    name,
    command: process.execPath,
    args: [bundles.packer, 'run', '--work', work, '--capacity', String(capacity), ...flags],
    env: { ...environment, NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'], ...env },
    ready: /^Ready/m,
  })
}
