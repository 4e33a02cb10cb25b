import { resolve } from 'node:path'
import { Command } from 'commander'
import { appVersion, parseSetting, runCommandLine } from '../shared/command-line.ts'
import { stopSignal } from '../shared/stop-signal.ts'
import { pathsIn, TrackerUrl } from './config.ts'
import { enrolPacker } from './identity.ts'
import { runPacker, type RunOptions } from './run.ts'

const work = ['--work <dir>', 'where the packer keeps all that it needs', '/var/lib/packer'] as const

const program = new Command('packer')
  .description('Builds services from git into artifacts that any host can run.')
  .version(appVersion)

program
  .command('enroll')
  .description('join a tracker, once, with a token from `tracker enroll NAME --packer`')
  .requiredOption('--tracker <url>', 'the tracker’s address')
  .requiredOption('--token <token>', 'the enrolment token')
  .option(...work)
  .action(async (options: { tracker: string; token: string; work: string }) => {
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
  .option('--build-timeout <duration>', 'how long one build may take', '15m')
  .option('--trust-repo-host <host...>', 'git servers that may be inside the packer’s own network', [])
  .action(async (options: RunOptions) => {
    await runPacker({ ...options, work: resolve(options.work) }, stopSignal())
  })

await runCommandLine(program, process.argv)
