import { Command } from 'commander'
import { appVersion, runCommandLine } from '../shared/command-line.ts'

const state = ['--state <directory>', 'where the grabber keeps its own state', '/var/lib/grabber'] as const

const program = new Command('grabber')
  .description(
    'AppTracker on a host: installs what its tracker assigns to it, and keeps the last good release',
  )
  .version(appVersion)

program
  .command('enroll')
  .description('join a tracker; `tracker enroll` there prints the whole command')
  .requiredOption('--tracker <url>', 'address of the tracker')
  .requiredOption('--token <token>', 'enrolment token, good once')
  .option('--root <directory>', 'where services are installed', '/srv')
  .option('--allow-root', 'let services run as root here, unless they name another user')
  .option(...state)
  .action(async (flags: Record<string, unknown>) => {
    const { parseEnrolSettings } = await import('./config.ts')
    const { enrol } = await import('./enrol.ts')
    const settings = parseEnrolSettings(flags)
    const { name, id, cluster } = await enrol(settings)
    process.stdout.write(
      `Enrolled as ${name} (${id}) in cluster ${cluster}.\nNext: grabber run --state ${settings.state}\n`,
    )
  })

program
  .command('run')
  .description('run the daemon, until SIGTERM; services run on without it')
  .option(...state)
  .option('--report-interval <duration>', 'how often to report what runs', '60s')
  .action(async (flags: Record<string, unknown>) => {
    const { keepMemorySmall } = await import('./memory.ts')
    keepMemorySmall()
    const { parseRunSettings } = await import('./config.ts')
    const { runDaemon } = await import('./daemon.ts')
    const { Reporter } = await import('../versions/reporter/reporter.ts')
    const { createLogger } = await import('../shared/log.ts')
    const { stopSignal } = await import('../shared/stop-signal.ts')
    await runDaemon(
      parseRunSettings(flags),
      (options) => new Reporter({ ...options, grabber: appVersion }),
      createLogger('grabber'),
      ({ name, cluster }) => process.stdout.write(`Ready: ${name} in cluster ${cluster}\n`),
      stopSignal(),
    )
  })

program
  .command('doctor')
  .description(
    'check what this host needs to take deploys, and say what to do; for the user that the grabber runs as',
  )
  .option(...state)
  .option('--json', 'print JSON')
  .action(async (flags: Record<string, unknown>) => {
    const { parseStateDirectory } = await import('./config.ts')
    const { examineHost } = await import('./doctor/doctor.ts')
    const { checkLines, tallyOf } = await import('../shared/doctor/check-lines.ts')
    const { safeJson } = await import('../shared/terminal-text.ts')
    const checks = await examineHost(parseStateDirectory(flags))
    const summary = tallyOf(checks)
    const lines =
      flags['json'] === true ? [safeJson({ checks, summary })] : checkLines(checks, (_, text) => text)
    // A NATS server that took the connection and kept quiet would keep this process: its client leaves the socket open.
    process.stdout.write(`${lines.join('\n')}\n`, () => process.exit(summary.error > 0 ? 1 : 0))
  })

program
  .command('set-up-launcher')
  .description(
    'make this host run its grabber by a launcher, so that `tracker deploy grabber` can upgrade it',
  )
  .option(...state)
  .action(async (flags: Record<string, unknown>) => {
    const { parseStateDirectory } = await import('./config.ts')
    const { setUpLauncher } = await import('./self-upgrade/set-up.ts')
    const program = process.argv[1] ?? ''
    const { launcher, state } = await setUpLauncher(parseStateDirectory(flags), program)
    process.stdout.write(`Start the grabber with: /bin/sh ${launcher} ${state} ${process.execPath}\n`)
  })

void runCommandLine(program, process.argv)
