import { resolve } from 'node:path'
import { Command } from 'commander'
import { appVersion, parseSetting, runCommandLine } from '../shared/command-line.ts'
import { stopSignal } from '../shared/stop-signal.ts'
import type { RunOptions } from './run/run.ts'

type Define = (command: Command) => void

/** What needs no tracker. Each is loaded only when it is asked for. */
const localCommands: readonly { name: string; summary: string; load: () => Promise<Define> }[] = [
  {
    name: 'build',
    summary: 'build a service of a git repo on this machine into a file, the same as a packer would store',
    load: async () => (await import('./cli/build.ts')).defineBuild,
  },
  {
    name: 'inspect',
    summary: 'show what is inside an artifact, without unpacking it',
    load: async () => (await import('./cli/inspect.ts')).defineInspect,
  },
  {
    name: 'init',
    summary: 'write a first service.yaml by looking at the code',
    load: async () => (await import('./cli/init.ts')).defineInit,
  },
]

const work = ['--work <dir>', 'where the packer keeps all that it needs', '/var/lib/packer'] as const

const program = new Command('packer')
  .description('Builds services from git into artifacts that any host can run.')
  .version(appVersion)
  .hook('preSubcommand', async (_, subcommand) => {
    const define = await localCommands.find(({ name }) => name === subcommand.name())?.load()
    define?.(subcommand)
  })

program
  .command('enroll')
  .description('join a tracker, once, with a token from `tracker enroll NAME --packer`')
  .requiredOption('--tracker <url>', 'the tracker’s address')
  .requiredOption('--token <token>', 'the enrolment token')
  .option(...work)
  .action(async (options: { tracker: string; token: string; work: string }) => {
    const [{ pathsIn, TrackerUrl }, { enrolPacker }] = await Promise.all([
      import('./config.ts'),
      import('./run/identity.ts'),
    ])
    const tracker = parseSetting(TrackerUrl, '--tracker', options.tracker)
    const { name, id } = await enrolPacker(tracker, options.token, pathsIn(resolve(options.work)).identity)
    process.stdout.write(
      `Enrolled as ${name} (${id}). Start it with: packer run --work ${resolve(options.work)}\n`,
    )
  })

program
  .command('run')
  .description('build what the tracker asks for, until stopped')
  .option(...work)
  .option('--capacity <number>', 'how many builds it does at once', '2')
  .option(
    '--build-timeout <duration>',
    'how long a build may take at most, whatever its build.timeout says',
    '1h',
  )
  .option('--trust-repo-host <host...>', 'git servers that may be inside the packer’s own network', [])
  .action(async (options: RunOptions) => {
    const { runPacker } = await import('./run/run.ts')
    await runPacker({ ...options, work: resolve(options.work) }, stopSignal())
  })

for (const { name, summary } of localCommands) program.command(name).description(summary)

await runCommandLine(program, process.argv)
