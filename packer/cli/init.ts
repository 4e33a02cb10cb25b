import { stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { errnoOf, PersonError } from '../../shared/errors.ts'
import { safeText } from '../../shared/terminal-text.ts'
import type { Proposal } from '../init/proposal.ts'
import { propose } from '../init/propose.ts'
import { survey } from '../init/survey.ts'
import { writeUp } from '../init/write-up.ts'
import { parseServiceFile } from '../service-file/service-file.ts'
import { print } from './print.ts'

interface Flags {
  readonly print?: true
  readonly json?: true
}

export const defineInit = (command: Command): void => {
  command
    .argument('[path]', 'the service’s directory', '.')
    .option('--print', 'print it to standard output, and write nothing')
    .option('--json', 'print JSON')
    .action(init)
}

const init = async (path: string, flags: Flags): Promise<void> => {
  const directory = resolve(path)
  const file = join(directory, 'service.yaml')
  await checkDirectory(directory)
  const proposal = await propose(await survey(directory))
  const text = writeUp(proposal)
  parseServiceFile(file, text)
  if (!flags.print) await writeNew(file, text)
  const { service, reasons } = proposal
  const value = { file, service, text, reasons, written: flags.print !== true }
  if (flags.print && !flags.json) {
    process.stderr.write(
      `${reasonLines(proposal)
        .map((line) => safeText(line))
        .join('\n')}\n`,
    )
    print(undefined, value, () => text.trimEnd().split('\n'))
  } else {
    print(flags.json, value, () => [`Wrote ${file}:`, ...reasonLines(proposal), ...next(path, service)])
  }
}

const reasonLines = ({ reasons, ...proposal }: Proposal): string[] => [
  `  service ${proposal.service}, type ${proposal.type}, run by: ${proposal.command}`,
  ...reasons.map(({ key, because }) => `  ${key.padEnd(12)}  ${because}`),
]

const next = (path: string, service: string): string[] => [
  `Look it through and commit it. Then try: packer build ${path} -o ${service}.tar.gz`,
]

const checkDirectory = async (directory: string): Promise<void> => {
  if ((await stat(directory).catch(() => undefined))?.isDirectory()) return
  throw new PersonError('not-found', `There is no directory ${directory}.`, {
    hint: 'Give the directory of the service’s code.',
  })
}

const writeNew = async (file: string, text: string): Promise<void> => {
  try {
    await writeFile(file, text, { flag: 'wx' })
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') {
      throw new PersonError('conflict', `${file} is there already, and is left as it is.`, {
        hint: 'See what would be written with: packer init --print',
      })
    }
    throw new PersonError('forbidden', `${file} cannot be written (${errnoOf(error) ?? 'unknown error'}).`, {
      cause: error,
    })
  }
}
