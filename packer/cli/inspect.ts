import { resolve } from 'node:path'
import type { Command } from 'commander'
import { stringify } from 'yaml'
import type { Needs } from '../../shared/domain/needs.ts'
import { stopSignal } from '../../shared/stop-signal.ts'
import { sizeOf } from '../../shared/wording.ts'
import type { InspectedEntry } from '../inspect/entry.ts'
import { inspect, type Inspected } from '../inspect/inspect.ts'
import { print } from './print.ts'

interface Flags {
  readonly files?: true
  readonly json?: true
}

export const defineInspect = (command: Command): void => {
  command
    .argument('<file>', 'an artifact')
    .option('--files', 'list every file, directory and link')
    .option('--json', 'print JSON')
    .action(async (file: string, { files, json }: Flags) => {
      const inspected = await inspect(resolve(file), stopSignal())
      const { files: all, ...summary } = inspected
      const value = files ? inspected : summary
      print(json, value, () => [...summaryLines(inspected), ...(files ? ['', ...all.map(fileLine)] : [])])
    })
}

const summaryLines = ({ manifest, ...artifact }: Inspected): string[] => {
  const { config, builtBy, needs = {} } = manifest
  const { type, ...build } = config.build
  const { command, ...run } = config.run
  return [
    `${manifest.service} ${manifest.version}, commit ${manifest.commit}`,
    `  file      ${artifact.file}`,
    `  sha256    ${artifact.digest}`,
    `  size      ${sizeOf(artifact.size)}, unpacked ${sizeOf(artifact.unpackedSize)} in ${artifact.entries} entries`,
    `  built     ${type}${extra(build)}; with ${builtBy.tool} for ${builtBy.machine}, builder revision ${builtBy.revision}, format ${builtBy.format}, ${builtBy.compression}`,
    `  needs     ${needed(needs)}`,
    `  runs      ${command}${extra(run)}`,
    `  health    ${written(config.health) ?? 'the process only has to stay up'}`,
    `  rollout   ${written(config.rollout) ?? 'the default'}`,
    ...(written(config.hooks) === undefined ? [] : [`  hooks     ${written(config.hooks) ?? ''}`]),
    '',
    'Largest directories:',
    ...artifact.directories.map(
      ({ path, size, files }) =>
        `  ${sizeOf(size).padStart(8)}  ${path === '.' ? 'files at the top' : path} (${files})`,
    ),
  ]
}

const needed = ({ machine, glibc, python, node }: Needs): string =>
  [machine, glibc && `glibc ${glibc}`, python && `Python ${python}`, node && `Node.js ${node.wanted}`]
    .filter(Boolean)
    .join('; ') || 'nothing of its host in particular'

/** A section of service.yaml as it was written, in one line. */
const written = (section: object | undefined): string | undefined =>
  section === undefined || Object.keys(section).length === 0
    ? undefined
    : stringify(section, { collectionStyle: 'flow', lineWidth: 0 })
        .trim()
        .replace(/^\{ ?| ?\}$/g, '')

const extra = (section: object): string => {
  const text = written(section)
  return text === undefined ? '' : ` (${text})`
}

const fileLine = ({ kind, path, size, target }: InspectedEntry): string => {
  const name = kind === 'directory' ? `${path}/` : path
  return `  ${(kind === 'file' ? sizeOf(size) : '').padStart(8)}  ${name}${target === undefined ? '' : ` -> ${target}`}`
}
