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

/** A real packer, enrolled at the tracker. */
export const startPacker = async (options: PackerOptions): Promise<Program> => {
  await enrolPacker(options)
  return runPacker(options)
}

export const enrolPacker = async ({
  tracker,
  directory,
  name,
  labels = {},
}: PackerOptions): Promise<void> => {
  const token = await tracker.enrolmentToken({ kind: 'packer', name, labels })
  const work = join(directory, name)
  await runOrThrow(bundles.packer, [
    'enroll',
    '--tracker',
    tracker.target.url,
    '--token',
    token,
    '--work',
    work,
  ])
}

/** Starts one that is enrolled. npm may need what the machine says of certificates. */
export const runPacker = ({
  directory,
  name,
  env,
  capacity = 2,
  flags = [],
}: PackerOptions): Promise<Program> =>
  Program.start({
    name,
    command: process.execPath,
    args: [bundles.packer, 'run', '--work', join(directory, name), '--capacity', String(capacity), ...flags],
    env: { ...environment, NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'], ...env },
    ready: /^Ready/m,
  })
