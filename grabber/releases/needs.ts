import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Needs } from '../../shared/domain/needs.ts'
import { PersonError } from '../../shared/errors.ts'
import { asAccount } from './account.ts'
import { hostGlibc } from './host-glibc.ts'
import type { Launch } from './launch.ts'

/** In ms. */
const lookLimit = 10_000

/** Throws `unavailable`, naming both versions, unless this host has what a release needs to run. */
export const requireNeeds = async (launch: Launch): Promise<void> => {
  const { machine, glibc, python, node } = launch.needs
  if (machine !== undefined) requireMachine(launch, machine)
  if (glibc !== undefined) requireGlibc(launch, glibc)
  if (python !== undefined) await requirePython(launch, python)
  if (node !== undefined) await requireNode(launch, node)
}

const requireMachine = ({ service }: Launch, needed: string): void => {
  const here = `${process.platform}-${process.arch}`
  if (here === needed) return
  throw lacking(
    `${service} has native code for ${needed}, and this host is ${here}.`,
    'Deploy it to hosts of that kind only: choose them by a label.',
  )
}

const requireGlibc = ({ service }: Launch, needed: string): void => {
  const here = hostGlibc()
  if (here === undefined || (here !== 'musl' && compare(here, needed) >= 0)) return
  throw lacking(
    `${service} has native code that needs glibc ${needed}, and this host has ${here}.`,
    'Build it on a packer with as old a system as the oldest host has, or upgrade this host.',
  )
}

const requirePython = async (launch: Launch, needed: string): Promise<void> => {
  const { program, version } = await versionOf(launch, /^(?:[^=]*\/)?python[\d.]*$/, 'python3')
  if (version === untold || version.startsWith(`${needed}.`)) return
  throw lacking(
    `${launch.service} was built for Python ${needed}, and this host has ${here(program, version)}.`,
    `Install Python ${needed} here as ${program}, or build with a packer whose python3 is that of the hosts.`,
  )
}

const requireNode = async (launch: Launch, { wanted, anyOf }: NonNullable<Needs['node']>): Promise<void> => {
  const { program, version } = await versionOf(launch, /^(?:[^=]*\/)?node$/, 'node')
  if (version === untold || (version !== '' && anyOf.some((all) => all.every((one) => fits(version, one)))))
    return
  throw lacking(
    `${launch.service} needs Node.js ${wanted}, and this host has ${here(program, version)}.`,
    'Install that here, or let the artifact bring its own: `build: { type: node, runtime: included }`.',
  )
}

/** Of a program that cannot be asked as the service's user: why that is, is for the supervisor to say. */
const untold = 'untold'
/** As `env` ends when there is no such program. */
const notFound = 127

/** The program that run.command names, else the usual one, looked up as the service would: and its version, empty when there is none. */
const versionOf = async (
  launch: Launch,
  named: RegExp,
  usual: string,
): Promise<{ program: string; version: string }> => {
  const { config, account, environment, directory } = launch
  const word = config.run.command.split(/\s+/).find((part) => named.test(part))
  const program = word ?? usual
  const [command, ...args] = [...asAccount(account), '/usr/bin/env', program, '--version']
  const asked = promisify(execFile)(command, args, { env: environment, cwd: directory, timeout: lookLimit })
  const version = await asked.then(
    ({ stdout }) => /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? untold,
    (error: unknown) => (error instanceof Error && 'code' in error && error.code === notFound ? '' : untold),
  )
  return { program, version }
}

const here = (program: string, version: string): string =>
  version === '' ? `no ${program} on the PATH` : `${program} ${version}`

const fits = (version: string, comparator: string): boolean => {
  const [, operator = '', wanted = ''] = /^([<>=]*)(\d+\.\d+\.\d+)/.exec(comparator) ?? []
  const order = compare(version, wanted)
  return (
    (order === 0 && (operator === '' || operator.includes('='))) ||
    (order > 0 && operator.startsWith('>')) ||
    (order < 0 && operator.startsWith('<'))
  )
}

/** Below 0, 0 or above: how two versions of numbers alone are ordered. */
const compare = (one: string, other: string): number => {
  const wanted = other.split('.').map(Number)
  const differing = one.split('.').map((part, index) => Number(part) - (wanted[index] ?? 0))
  return differing.find((difference) => difference !== 0) ?? 0
}

const lacking = (message: string, hint: string): PersonError =>
  new PersonError('unavailable', message, { hint })
