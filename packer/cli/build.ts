import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { parseSetting } from '../../shared/command-line.ts'
import { Ref } from '../../shared/domain/names.ts'
import { PersonError } from '../../shared/errors.ts'
import { stopSignal } from '../../shared/stop-signal.ts'
import { sizeOf } from '../../shared/wording.ts'
import { buildToFile, type BuiltFile } from '../local/build-to-file.ts'
import { print } from './print.ts'
import { progressOn } from './progress.ts'

interface Flags {
  readonly output: string
  readonly ref: string
  readonly work: string
  readonly buildTimeout: string
  readonly fresh?: true
  readonly json?: true
}

export const defineBuild = (command: Command): void => {
  command
    .argument('[path]', 'the service’s directory in its git repo', '.')
    .requiredOption('-o, --output <file>', 'where to write the artifact, a .tar.gz')
    .option(
      '--ref <ref>',
      'a branch, commit, or tag (the artifact is named by it); only what is committed is built',
      'HEAD',
    )
    .option('--work <dir>', 'what is kept from build to build: downloads, a copy of the repo', defaultWork())
    .option('--fresh', 'install dependencies anew, whatever earlier builds have kept')
    .option('--build-timeout <duration>', 'how long it may take at most, whatever build.timeout says', '1h')
    .option('--json', 'print JSON')
    .action(build)
}

const defaultWork = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'apptracker', 'packer')

const interrupted = 130

const build = async (path: string, { output, work, fresh, json, ...rest }: Flags): Promise<void> => {
  if (output === '-') throw onlyFiles()
  parseSetting(Ref, '--ref', rest.ref)
  const signal = stopSignal()
  const progress = progressOn(process.stderr)
  const file = resolve(output)
  try {
    const asked = { path, file, work: resolve(work), fresh: fresh === true, ...rest }
    const built = await buildToFile(asked, progress, signal)
    progress.end(false)
    print(json, built, () => builtLines(built))
  } catch (error) {
    progress.end(!signal.aborted)
    if (!signal.aborted) throw error
    process.stderr.write(`Stopped. Nothing was written to ${file}.\n`)
    process.exitCode = interrupted
  }
}

const onlyFiles = (): PersonError =>
  new PersonError('usage', 'The artifact cannot be written to standard output.', {
    field: '--output',
    hint: 'Name a file: -o web.tar.gz.',
  })

const builtLines = (built: BuiltFile): string[] => [
  `${built.service} ${built.version}, commit ${built.commit}`,
  `  file    ${built.file}`,
  `  sha256  ${built.digest}`,
  `  size    ${sizeOf(built.size)}, unpacked ${sizeOf(built.unpackedSize)} in ${built.entries} entries`,
  `  built   in ${(built.durationMs / 1000).toFixed(1)} s, with ${built.builtBy.tool} for ${built.builtBy.machine}`,
]
